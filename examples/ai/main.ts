import { chatApp } from './app.ts'
import { makeBoard } from './board.ts'
import { ChatModel } from './chat-model.ts'
import { breakOff, startAnthropic, startOpenAi } from './stand-ins.ts'

await using openAi = await startOpenAi('the-key-of-openai')
await using anthropic = await startAnthropic('the-key-of-anthropic')
openAi.script = ['I ', 'am ', 'the first ', 'model.']
anthropic.script = ['I ', 'am ', 'the second.']

const board = makeBoard()
await using app = await chatApp(board)
const url = await app.listen({ port: 0, host: '127.0.0.1' })

const by = { actor: { id: 'u1', name: 'Ada' } } // who the history names
const create = (plugin: string, name: string, baseURL: string, priority: number): Promise<unknown> => {
  const config = { baseURL, apiKey: `the-key-of-${plugin}`, model: 'any' }
  return board.admin.create({ type: ChatModel, plugin, name, status: 'active', priority, config }, by)
}
await create('openai', 'OpenAI', openAi.url, 1)
await create('anthropic', 'Anthropic', anthropic.url, 2)
board.on('failover', ({ from, to, error }) => console.log(`  (failover from ${from.name} to ${to?.name}: ${String(error)})`))

/** Kept once the browser has the first piece. */
let seen = (): void => {}
async function ask(content: string): Promise<void> {
  console.log(`\n> ${content}`)
  const response = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content }] }),
  })
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    for (const [, event = '', data = ''] of part.matchAll(/^event: (\w+)\ndata: (.*)$/gm)) console.log(`  ${event.padEnd(5)} ${data}`)
    seen()
  }
}

await ask('Who are you?')
openAi.refuses = 503
await ask('Who are you, with OpenAI overloaded?')
openAi.refuses = undefined
openAi.script = ['I am …', new Promise<void>((resolve) => (seen = resolve)), breakOff]
await ask('Who are you, when it breaks off in the middle?')
