import AnthropicClient from '@anthropic-ai/sdk'
import { callSignal, Plugin } from 'plugboard'
import { z } from 'zod'
import { ChatModel, type Message } from './chat-model.ts'
import { meaningOf } from './meaning-of.ts'

/** Anthropic. */
export class Anthropic extends Plugin(ChatModel, {
  key: 'anthropic',
  label: 'Anthropic',
  config: z.object({
    baseURL: z.url().default('https://api.anthropic.com').meta({ title: 'Address of the API' }),
    apiKey: z.string().meta({ title: 'API key' }),
    model: z.string().meta({ title: 'Model' }),
    maxTokens: z.int().min(1).default(4_096).meta({ title: 'Most tokens of an answer' }),
  }),
  secrets: { apiKey: { boundTo: ['baseURL'] } },
}) {
  readonly #client = new AnthropicClient({ baseURL: this.config.baseURL, apiKey: this.config.apiKey, maxRetries: 0 })

  async *reply(messages: readonly Message[]): AsyncGenerator<string> {
    const signal = callSignal()
    const { model, maxTokens } = this.config
    let ended = false
    try {
      const request = { model, max_tokens: maxTokens, messages: [...messages], stream: true as const }
      for await (const event of await this.#client.messages.create(request, { signal })) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') yield event.delta.text
        ended ||= event.type === 'message_stop'
      }
    } catch (error) {
      throw meaningOf(error)
    }
    if (!ended) throw new Error(`${this.instance.name} broke off`)
  }

  async onTest(): Promise<void> {
    await this.#client.models.retrieve(this.config.model)
  }
}
