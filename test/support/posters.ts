import { z } from 'zod'
import { Plugin, PluginType, type Methods } from '../../src/index.ts'

const send = async (url: string, token: string): Promise<string> =>
  (await fetch(url, { method: 'POST', headers: { authorization: token } })).text()

/** Its plugins send their secret as soon as they are built, whenever they are tested, and when they are called. */
export abstract class Poster extends PluginType('poster') {
  static readonly methods: Methods<Poster> = { post: 'once' }
  abstract post(): Promise<string>
}

export class Plain extends Plugin(Poster, { key: 'plain', config: z.object({ url: z.url(), token: z.string() }), secrets: { token: {} } }) {
  async post(): Promise<string> {
    return send(this.config.url, this.config.token)
  }
  async onStart(): Promise<void> {
    await this.post()
  }
  async onTest(): Promise<void> {
    await this.post()
  }
}

export class Variants extends Plugin(Poster, {
  key: 'variants',
  config: z.object({
    token: z.string(),
    to: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('here'), url: z.url() }),
      z.object({ kind: z.literal('there'), host: z.hostname(), port: z.int() }),
    ]),
  }),
  secrets: { token: {} },
}) {
  async post(): Promise<string> {
    const { token, to } = this.config
    return send(to.kind === 'here' ? to.url : `http://${to.host}:${to.port}/`, token)
  }
  async onStart(): Promise<void> {
    await this.post()
  }
  async onTest(): Promise<void> {
    await this.post()
  }
}
