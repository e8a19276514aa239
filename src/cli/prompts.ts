import { CancelledError } from './cli-errors.ts'
import type { Output } from './output.ts'

/** Whether somebody is there to answer: never where a script reads what is said. */
export function isConversation(output: Output): boolean {
  return !output.isJson && process.stdin.isTTY && process.stderr.isTTY
}

/** Asks for one of several. @throws CancelledError where the answer is Ctrl-C. */
export async function askChoice<T extends string>(message: string, choices: readonly T[], initial: T): Promise<T> {
  const { isCancel, select } = await import('@clack/prompts')
  const options = choices.map((value) => ({ value, label: value }))
  const answer: unknown = await select<string>({ message, options, initialValue: initial, output: process.stderr })
  const chosen = choices.find((each) => each === answer)
  if (isCancel(answer) || chosen === undefined) throw new CancelledError('Nothing was written.')
  return chosen
}

/** Asks for a text. @throws CancelledError */
export async function askText(message: string, initial: string, problemOf: (text: string) => string | undefined): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts')
  const validate = (given: string | undefined): string | undefined => problemOf((given ?? '').trim() || initial)
  const answer: unknown = await text({ message, placeholder: initial, defaultValue: initial, validate, output: process.stderr })
  if (isCancel(answer) || typeof answer !== 'string') throw new CancelledError('Nothing was written.')
  return answer.trim() || initial
}
