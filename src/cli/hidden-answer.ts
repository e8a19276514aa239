const interrupted = 130

/** Asks at the terminal for what must not be seen; `undefined` where there is none to ask at. */
export async function hiddenAnswer(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: question, output: process.stderr })
  if (isCancel(answer)) process.exit(interrupted)
  return answer
}
