import OpenAI from 'openai'
import { callSignal, Plugin } from 'plugboard'
import { z } from 'zod'
import { ChatModel, type Message } from './chat-model.ts'
import { meaningOf } from './meaning-of.ts'

/** OpenAI, or whatever speaks its API: vLLM, Ollama, a gateway. */
export class OpenAi extends Plugin(ChatModel, {
  key: 'openai',
  label: 'OpenAI, and what speaks like it',
  config: z.object({
    baseURL: z.url().default('https://api.openai.com/v1').meta({ title: 'Address of the API' }),
    apiKey: z.string().meta({ title: 'API key' }),
    model: z.string().meta({ title: 'Model' }),
  }),
  secrets: { apiKey: { boundTo: ['baseURL'] } },
}) {
  // Not what stands in the environment, but the config alone. Trying again is the handle's business.
  readonly #client = new OpenAI({
    baseURL: this.config.baseURL,
    apiKey: this.config.apiKey,
    organization: null,
    project: null,
    maxRetries: 0,
  })

  async *reply(messages: readonly Message[]): AsyncGenerator<string> {
    const signal = callSignal()
    let ended = false
    try {
      const request = { model: this.config.model, messages: [...messages], stream: true as const }
      for await (const { choices } of await this.#client.chat.completions.create(request, { signal })) {
        const [choice] = choices
        if (choice?.delta.content) yield choice.delta.content
        ended ||= typeof choice?.finish_reason === 'string'
      }
    } catch (error) {
      throw meaningOf(error)
    }
    // A connection that ends is no end of an answer.
    if (!ended) throw new Error(`${this.instance.name} broke off`)
  }

  async onTest(): Promise<void> {
    await this.#client.models.retrieve(this.config.model)
  }
}
