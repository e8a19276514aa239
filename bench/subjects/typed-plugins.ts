import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A project of so many plugins to be compiled; written where packages are found as in an application. */
export interface TypedPlugins extends Disposable {
  /** Its tsconfig.json. */
  readonly project: string
}

const perContract = 10

/** With Plugboard's classes, or the same classes without it: the schemas stay, and the config's type is taken from them by hand. */
export function typedPlugins(count: number, by: 'plugboard' | 'hand'): TypedPlugins {
  const parent = join(import.meta.dirname, '..', '..', '.tmp')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'typed-plugins-'))
  for (let file = 0; file < Math.ceil(count / perContract); file++) {
    writeFileSync(join(folder, `contract-${file}.ts`), contractFile(file, Math.min(perContract, count - file * perContract), by))
  }
  const project = join(folder, 'tsconfig.json')
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  }
  writeFileSync(project, JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  return { project, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

function contractFile(file: number, plugins: number, by: 'plugboard' | 'hand'): string {
  const own = by === 'plugboard'
  return [
    "import { z } from 'zod'",
    ...(own ? ["import { Plugin, PluginType, type Methods } from 'plugboard'"] : []),
    'export interface Order { readonly id: string; readonly amount: number }',
    `export abstract class Gateway${own ? ` extends PluginType('gateway-${file}', { label: 'Gateways' })` : ''} {`,
    ...(own ? ["  static readonly methods: Methods<Gateway> = { charge: 'once', refund: 'repeatable' }"] : []),
    '  abstract charge(order: Order): Promise<string>',
    '  abstract refund(receipt: string): Promise<void>',
    '}',
    ...Array.from({ length: plugins }, (_, index) => pluginClass(index, own)),
    '',
  ].join('\n')
}

function pluginClass(index: number, own: boolean): string {
  const schema = `const config${index} = z.object({
  merchantId: z.string().meta({ title: 'Merchant ID' }),
  apiKey: z.string(),
  baseUrl: z.url().default('https://pay-${index}.example'),
  sandbox: z.boolean().default(false),
  retries: z.int().min(0).max(${index + 5}).optional(),
})`
  const head = own
    ? `export class Card${index} extends Plugin(Gateway, {
  key: 'card-${index}',
  label: 'Card ${index}',
  config: config${index},
  secrets: { apiKey: { boundTo: ['baseUrl'] } },
}) {`
    : `export class Card${index} extends Gateway {
  protected readonly config: z.output<typeof config${index}>
  constructor(config: z.output<typeof config${index}>) { super(); this.config = config }`
  return `${schema}
${head}
  async charge(order: Order): Promise<string> { return \`\${this.config.merchantId}\${this.config.sandbox ? order.id : order.amount}\` }
  async refund(receipt: string): Promise<void> { if (receipt === this.config.baseUrl) throw new Error(this.config.apiKey) }
}`
}
