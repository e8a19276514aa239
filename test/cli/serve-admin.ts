import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** `plugboard admin` as it runs: what it printed so far, and where it listens. */
export interface RunningAdmin extends AsyncDisposable {
  /** The link that opens once. */
  readonly url: string
  readonly said: { readonly stdout: string; readonly stderr: string }
  /** Interrupts it, and waits until it is gone. @returns Its exit code */
  readonly end: () => Promise<number | null>
}

/** Starts `plugboard admin` and waits for its link. */
export async function serveAdmin(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<RunningAdmin> {
  const child = spawn(process.execPath, [command, 'admin', ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text
      const link = /http:\/\/[^\s"]+\/enter\?token=[\w-]+(?=[\s"])/.exec(said.stdout)
      if (link !== null) resolve(link[0])
    })
    child.once('exit', (code) => reject(new Error(`It ended with ${String(code)}: ${said.stderr}`)))
  })
  const end = async (): Promise<number | null> => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await exited
    return child.exitCode
  }
  return {
    url,
    said,
    end,
    [Symbol.asyncDispose]: async () => {
      await end()
    },
  }
}
