import type { Database, Framework, PackageManager, Project } from './detect-project.ts'

/** A file to write, by its path. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

/** The config, a contract, and two plugins of it. */
export function initFiles(project: Project): readonly NewFile[] {
  const { typescript, ending, sources } = project
  const own = typescript ? 'ts' : 'mjs'
  const folder = sources === '' ? 'plugboard' : `${sources}/plugboard`
  return [
    { path: `plugboard.config.${own}`, text: configText(project.database, `./${folder}/plugins${ending}`) },
    { path: `${folder}/notifier.${own}`, text: typescript ? contractText : untyped(contractText) },
    { path: `${folder}/plugins.${own}`, text: typescript ? pluginsText(ending) : untyped(pluginsText(ending)) },
  ]
}

const stores: Readonly<Record<Database, string>> = {
  sqlite: "sqlite('plugboard.db')",
  postgres: "postgres(process.env.DATABASE_URL ?? 'postgres://127.0.0.1:5432/app')",
  mysql: "mysql(process.env.DATABASE_URL ?? 'mysql://127.0.0.1:3306/app')",
}

function configText(database: Database, plugins: string): string {
  return `import { existsSync } from 'node:fs'
import { createBoard } from 'plugboard'
import { ${database} } from 'plugboard/${database}'
import { Log, Webhook } from '${plugins}'

// Here the key is in .env, which is not committed. In production it comes from where you keep passwords.
if (existsSync('.env')) process.loadEnvFile('.env')

/** What the application holds, and what the plugboard command reads. */
export const board = createBoard({
  plugins: [Log, Webhook],
  store: ${stores[database]},
  keys: process.env.PLUGBOARD_KEYS,
})
`
}

const contractText = `import { PluginType, type Methods } from 'plugboard'

/** Tells somebody something, through whichever provider operators choose. */
export abstract class Notifier extends PluginType('notifier', { label: 'Notifiers' }) {
  // once: sent to a second provider only if the first certainly did not act. repeatable: may be tried again elsewhere.
  static readonly methods: Methods<Notifier> = { notify: 'once' }
  abstract notify(text: string): Promise<void>
}
`

function pluginsText(ending: string): string {
  return `import { Plugin, Rejected, unavailableIfNotConnected } from 'plugboard'
import { z } from 'zod'
import { Notifier } from './notifier${ending}'

/** No config, so plugboard sync makes its one instance by itself. */
export class Log extends Plugin(Notifier, { key: 'log', label: 'Log', priority: 100 }) {
  async notify(text: string) {
    console.log(text)
  }
}

/** Operators make as many instances as they like, each with its own address and token. */
export class Webhook extends Plugin(Notifier, {
  key: 'webhook',
  label: 'Webhook',
  config: z.object({ url: z.url(), token: z.string() }),
  // Never shown again; and to be entered anew where the address changes.
  secrets: { token: { boundTo: ['url'] } },
}) {
  async notify(text: string) {
    const response = await fetch(this.config.url, {
      method: 'POST',
      body: text,
      headers: { authorization: \`Bearer \${this.config.token}\` },
    }).catch((error: unknown) => {
      throw unavailableIfNotConnected(error) // never reached: another instance may try
    })
    if (response.status === 422) throw new Rejected('The text was refused') // an answer: nobody else is asked
    if (!response.ok) throw new Error(\`\${this.instance.name} answers \${response.status}\`)
  }
}
`
}

/** The same in JavaScript. */
function untyped(text: string): string {
  return text
    .replace(', type Methods', '')
    .replace(/: Methods<\w+>/, '')
    .replace('static readonly', 'static')
    .replace('export abstract class', 'export class')
    .replace(/^ {2}abstract .*\n/m, '')
    .replaceAll(/\((\w+): (?:string|unknown)\)/g, '($1)')
}

const admins: Readonly<Record<Framework, string>> = {
  express: "app.use('/admin', expressAdmin(admin))   // from 'plugboard/express'",
  fastify: "await app.register(fastifyAdmin(admin), { prefix: '/admin' })   // from 'plugboard/fastify'",
  nestjs: "await nestAdmin(app, admin, { prefix: '/admin' })   // before listen(), from 'plugboard/nestjs'",
  hono: "app.all('/admin/*', honoAdmin(admin))   // from 'plugboard/hono'",
  next: "export const { GET, HEAD, POST, PUT, PATCH, DELETE } = nextAdmin(admin)   // in app/admin/[[...path]]/route.ts, from 'plugboard/next'",
}

/** How the admin's page is mounted. */
export function adminLine(framework: Framework): string {
  return admins[framework]
}

const adds: Readonly<Record<PackageManager, string>> = { npm: 'npm install', pnpm: 'pnpm add', yarn: 'yarn add', bun: 'bun add' }
const runs: Readonly<Record<PackageManager, string>> = { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' }

/** What to type next. */
export function nextCommands({ packageManager, database, dependencies }: Project): readonly string[] {
  const drivers: Readonly<Record<Database, readonly string[]>> = { sqlite: [], postgres: ['pg'], mysql: ['mysql2'] }
  const missing = ['plugboard', 'zod', ...drivers[database]].filter((name) => !dependencies.has(name))
  const plugboard = `${runs[packageManager]} plugboard`
  return [
    ...(missing.length === 0 ? [] : [`${adds[packageManager]} ${missing.join(' ')}`]),
    `${plugboard} migrate && ${plugboard} sync && ${plugboard} list`,
    `${plugboard} admin`,
  ]
}
