import { fork, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const dist = join(root, 'dist')

/** What one command said and how it ended. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The document on stdout, as the test takes it to be. */
  // eslint-disable-next-line typescript/no-unnecessary-type-parameters -- a cast, in one place.
  readonly json: <T = unknown>() => T
}

export interface RunOptions {
  /** Added to the room's own; `undefined` takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly input?: string
}

/** A folder with an application, a database, and the `plugboard` command as it is installed. */
export interface CliRoom {
  readonly path: string
  readonly database: string
  /** Where the plugins write what they were given. */
  readonly received: string
  readonly keys: string
  /** Runs a command in the house's shell: a process that runs one after the other. */
  readonly plugboard: (args: readonly string[], options?: RunOptions) => Promise<Outcome>
  /** Runs a command as a process of its own. */
  readonly process: (args: readonly string[], options?: RunOptions) => Promise<Outcome>
}

/** An installed copy of what was built, so that a build meanwhile changes nothing. One for each test file. */
export class CliHouse implements AsyncDisposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'plugboard-cli-'))
  readonly #shell: Shell
  #rooms = 0

  constructor() {
    requireDist()
    const installed = join(this.path, 'node_modules', 'plugboard')
    mkdirSync(installed, { recursive: true })
    cpSync(join(root, 'package.json'), join(installed, 'package.json'))
    cpSync(dist, join(installed, 'dist'), { recursive: true, filter: (file) => file !== join(dist, 'types') })
    const packages = [
      'zod',
      'commander',
      'jiti',
      '@clack/prompts',
      'kysely',
      'jose',
      'uuid',
      'yaml',
      '@photostructure/sqlite',
      'hono',
      '@hono/node-server',
    ]
    for (const name of packages) {
      const link = join(this.path, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(join(root, 'node_modules', name), link, 'junction')
    }
    cpSync(join(import.meta.dirname, 'fixture', 'plugboard.config.ts'), this.config)
    this.#shell = new Shell(this.command)
  }

  get config(): string {
    return join(this.path, 'plugboard.config.ts')
  }

  get command(): string {
    return join(this.path, 'node_modules', 'plugboard', 'dist', 'plugboard.js')
  }

  /** A new room with a database of its own; `like` begins with a copy of another's. */
  room(like?: CliRoom): CliRoom {
    const path = join(this.path, 'rooms', String(++this.#rooms))
    mkdirSync(path, { recursive: true })
    const database = join(path, 'board.db')
    if (like !== undefined)
      for (const end of ['', '-wal', '-shm']) if (existsSync(like.database + end)) cpSync(like.database + end, database + end)
    const keys = like?.keys ?? `k1:${randomBytes(32).toString('base64')}`
    const received = join(path, 'received.jsonl')
    const complete = ({ env = {}, cwd = path, input }: RunOptions = {}): RunOptions & { readonly env: NodeJS.ProcessEnv } => {
      const own = { DATABASE: database, RECEIVED: received, PLUGBOARD_KEYS: keys, ...env }
      const all = Object.entries({ ...inherited(), ...own }).filter(([, value]) => value !== undefined)
      return { env: Object.fromEntries(all), cwd, ...(input === undefined ? {} : { input }) }
    }
    return {
      path,
      database,
      received,
      keys,
      plugboard: (args, options) => this.#shell.run({ args, ...complete(options) }),
      process: (args, options) => runNode([this.command, ...args], complete(options)),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shell.end()
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** What test/cli/shell.mjs is asked. */
interface Request extends RunOptions {
  readonly args: readonly string[]
}

/** One process for many commands. */
class Shell {
  readonly #child: ChildProcess
  #last: Promise<unknown> = Promise.resolve()

  constructor(command: string) {
    this.#child = fork(join(import.meta.dirname, 'shell.mjs'), [command], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }

  run(request: Request): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#ask(request))
    this.#last = outcome.catch(() => {})
    return outcome
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill()
    await gone
  }

  #ask(request: Request): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null): void =>
        reject(new Error(`The shell ended (${String(code)}) at: plugboard ${request.args.join(' ')}`))
      this.#child.once('exit', onExit)
      this.#child.once('message', (said) => {
        this.#child.off('exit', onExit)
        resolve(outcomeOf(said as Omit<Outcome, 'json'>))
      })
      this.#child.send(request)
    })
  }
}

function outcomeOf(said: Omit<Outcome, 'json'>): Outcome {
  // eslint-disable-next-line typescript/no-unnecessary-type-parameters -- the same.
  return { ...said, json: <T>() => JSON.parse(said.stdout) as T }
}

/** Runs node to its end. */
export async function runNode(args: readonly string[], { env, cwd, input }: RunOptions = {}): Promise<Outcome> {
  const child = spawn(process.execPath, args, {
    env: env === undefined ? inherited() : { ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: 'pipe',
    timeout: 50_000,
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text))
  // A command that reads no stdin may be gone before it is written.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return outcomeOf({ code, ...texts })
}

/** What the test runner set of colours, of node and of our own is not passed on. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:PLUGBOARD_|FORCE_COLOR|NO_COLOR|NODE_|VITEST)/.test(name)))
}

function requireDist(): void {
  const built = statSync(join(dist, 'plugboard.js'), { throwIfNoEntry: false })?.mtimeMs
  if (built === undefined) throw new Error('dist/plugboard.js is missing: these tests run the command as it ships. Run npm run build.')
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test(?:-d)?)\.ts$/.test(name),
  )
  const newest = Math.max(...sources.map((name) => statSync(join(root, 'src', name)).mtimeMs))
  if (newest > built) console.warn('dist is older than src: these tests run the command as it was built. Run npm run build.')
}
