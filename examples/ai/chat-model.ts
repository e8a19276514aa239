import { PluginType, type Methods } from 'plugboard'

export interface Message {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

/** Answers a conversation, piece by piece. */
export abstract class ChatModel extends PluginType('chat-model', {
  label: 'Chat models',
  // Milliseconds to the first piece, and from each to the next; there is none for the whole answer.
  attemptDeadline: 30_000,
}) {
  /**
   * `repeatable`, since asking somebody else does no harm; but only until the first piece: what was shown to a user can't be taken back, and another model would begin
   * anew.
   */
  static readonly methods: Methods<ChatModel> = { reply: 'repeatable' }
  abstract reply(messages: readonly Message[]): AsyncIterable<string>
}
