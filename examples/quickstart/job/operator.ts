import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const config = fileURLToPath(new URL('../plugboard.config.ts', import.meta.url))

/** Somebody at another terminal: runs `plugboard` commands, each in a process of its own. */
export interface Operator {
  /** Gives what the command printed. Throws, with what it said, when it fails. */
  plugboard(...command: readonly string[]): Promise<string>
}

/** @param env What the operator's shell has set: the board's settings, and passwords that `--set-env` reads. May grow later. */
export function operator(env: Readonly<Record<string, string>>, say: (commandLine: string) => void = () => undefined): Operator {
  return {
    async plugboard(...command) {
      const line = commandLine(command)
      say(line)
      try {
        const { stdout } = await run(process.execPath, [await commandFile(), '--config', config, ...command], {
          env: { ...process.env, NO_COLOR: '1', ...env },
          timeout: 60_000,
        })
        return stdout
      } catch (error) {
        const { stderr, stdout, code } = error as { stderr?: string; stdout?: string; code?: unknown }
        const said = [stderr, stdout].map((text) => text?.trim() ?? '').filter((text) => text !== '')
        throw new Error(`\`${line}\` failed (${String(code ?? error)}):\n${said.join('\n')}`, { cause: error })
      }
    },
  }
}

/** A command as one types it into a shell. */
export function commandLine(command: readonly string[]): string {
  return ['plugboard', ...command]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/(["\\$`])/g, '\\$1')}"`))
    .join(' ')
}

/** The file behind the `plugboard` command, as the installed package names it. */
export async function commandFile(): Promise<string> {
  const manifest = fileURLToPath(import.meta.resolve('plugboard/package.json'))
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { readonly bin: { readonly plugboard: string } }
  return join(dirname(manifest), bin.plugboard)
}
