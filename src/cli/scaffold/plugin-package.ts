import type { MethodKind } from '../../index.ts'
import type { NewFile } from './init-files.ts'

/** What a plugin package is made of. */
export interface PluginPackage {
  /** Name of the package: `plugboard-notifier-acme`. */
  readonly name: string
  /** Key of the type. */
  readonly type: string
  readonly typeLabel: string
  /** Name of the contract's class. */
  readonly contract: string
  readonly methods: Readonly<Record<string, MethodKind>>
  /** Key of the plugin. */
  readonly key: string
  /** Versions of what it is built with. */
  readonly versions: Readonly<Record<'plugboard' | 'zod' | 'typescript' | 'node' | 'sqlite', string>>
}

/** The files of a package that can be built, tested and published as it is. */
export function pluginPackage(options: PluginPackage): readonly NewFile[] {
  const own = className(options.key)
  const plugin = own === options.contract ? `${own}Plugin` : own
  return [
    { path: 'package.json', text: manifestText(options) },
    { path: 'tsconfig.json', text: tsconfigText },
    { path: '.gitignore', text: 'node_modules\ndist\n' },
    { path: 'src/contract.ts', text: contractText(options) },
    { path: 'src/index.ts', text: `export { ${plugin} } from './plugin.js'\n` },
    { path: 'src/plugin.ts', text: pluginText(options, plugin) },
    { path: 'src/plugin.test.ts', text: testText(options, plugin) },
    { path: 'README.md', text: readmeText(options, plugin) },
  ]
}

/** `acme-cloud` → `AcmeCloud` */
export function className(key: string): string {
  const words = key.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const name = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
  return /^\p{L}/u.test(name) ? name : `Plugin${name}`
}

function manifestText({ name, type, versions }: PluginPackage): string {
  const manifest = {
    name,
    version: '0.1.0',
    description: `A plugin of the type '${type}' for Plugboard.`,
    keywords: ['plugboard', 'plugboard-plugin', type],
    license: 'UNLICENSED',
    type: 'module',
    engines: { node: '>=20.19' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist', '!dist/*.test.*'],
    plugboard: { plugins: './dist/index.js' },
    scripts: { build: 'tsc', test: 'tsc && node --test dist/plugin.test.js', prepack: 'tsc' },
    peerDependencies: { plugboard: versions.plugboard },
    dependencies: { zod: versions.zod },
    devDependencies: {
      '@photostructure/sqlite': versions.sqlite,
      '@types/node': versions.node,
      plugboard: versions.plugboard,
      typescript: versions.typescript,
    },
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}

const tsconfigText = `{
  "compilerOptions": {
    "target": "es2022",
    "module": "nodenext",
    "lib": ["es2023", "esnext.disposable"],
    "types": ["node"],
    "strict": true,
    "declaration": true,
    "skipLibCheck": true,
    "rootDir": "src",
    "outDir": "dist"
  },
  "include": ["src"]
}
`

function contractText({ type, typeLabel, contract, methods }: PluginPackage): string {
  const kinds = Object.entries(methods).map(([name, kind]) => `${name}: '${kind}'`)
  const declared = Object.keys(methods).map((name) => `  abstract ${name}(...args: readonly unknown[]): Promise<unknown>`)
  return `import { PluginType, type Methods } from 'plugboard'

/**
 * The contract, as the application has it: name, key, label and methods must be the same there. Where the application shares it in a package, import that instead,
 * and give the methods here the parameters that they have there.
 */
export abstract class ${contract} extends PluginType(${text(type)}, { label: ${text(typeLabel)} }) {
  static readonly methods: Methods<${contract}> = { ${kinds.join(', ')} }
${declared.join('\n')}
}
`
}

function pluginText({ key, contract, methods }: PluginPackage, plugin: string): string {
  const bodies = Object.entries(methods).map(
    ([
      name,
      kind,
    ]) => `  ${kind === 'once' ? '/** Sent to no second provider, unless this one certainly did not act. */\n  ' : ''}async ${name}(...args: readonly unknown[]): Promise<unknown> {
    return this.#ask('${name}', args)
  }`,
  )
  return `import { callSignal, Plugin, Rejected, unavailableIfNotConnected } from 'plugboard'
import { z } from 'zod'
import { ${contract} } from './contract.js'

/** One schema: the form in the admin, the validation, and the type of this.config. */
const config = z.object({
  baseUrl: z.url().meta({ title: 'Address' }),
  apiKey: z.string().min(8).meta({ title: 'API key' }),
})

export class ${plugin} extends Plugin(${contract}, {
  key: ${text(key)},
  label: ${text(plugin)},
  config,
  // Never shown again; and to be entered anew where the address changes.
  secrets: { apiKey: { boundTo: ['baseUrl'] } },
}) {
${bodies.join('\n\n')}

  /** One request: what is thrown says what failover may do. */
  async #ask(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(new URL(path, this.config.baseUrl), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: \`Bearer \${this.config.apiKey}\`, 'content-type': 'application/json' },
      signal: callSignal(),
    }).catch((error: unknown) => {
      throw unavailableIfNotConnected(error) // never reached: another instance may try
    })
    if (response.status === 422) throw new Rejected('The provider refused it') // an answer: nobody else is asked
    if (!response.ok) throw new Error(\`\${this.instance.name} answers \${response.status}\`)
    return response.json()
  }
}
`
}

function testText({ methods }: PluginPackage, plugin: string): string {
  const calls = Object.keys(methods).map((name) => `      ${name}: (plugin) => plugin.${name}(),`)
  return `import { equal } from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createPlugin, testPlugin } from 'plugboard/testing'
import { ${plugin} } from './plugin.js'

test('it is a good plugin: it registers, starts, keeps its config, hides its secrets, is disposed, and ends when nobody waits any more', async () => {
  await testPlugin(${plugin}, {
    config: { baseUrl: 'https://provider.example', apiKey: 'a-key-of-the-test' },
    hanging: {
      config: ({ url }) => ({ baseUrl: url, apiKey: 'a-key-of-the-test' }),
      calls: {
${calls.map((line) => `  ${line}`).join('\n')}
      },
    },
  })
})

test('it sends its key to the provider', async () => {
  const keys: (string | undefined)[] = []
  const provider = createServer((request, response) => {
    keys.push(request.headers.authorization)
    request.resume()
    response.setHeader('content-type', 'application/json').end('{}')
  })
  provider.listen(0, '127.0.0.1')
  await once(provider, 'listening')
  try {
    const baseUrl = \`http://127.0.0.1:\${(provider.address() as AddressInfo).port}\`
    const plugin = await createPlugin(${plugin}, { config: { baseUrl, apiKey: 'a-key-of-the-test' } })
    await plugin.${Object.keys(methods)[0] ?? ''}()
    equal(keys[0], 'Bearer a-key-of-the-test')
  } finally {
    provider.close()
  }
})
`
}

function readmeText({ name, type }: PluginPackage, plugin: string): string {
  return `# ${name}

A plugin of the type \`${type}\` for [Plugboard](https://www.npmjs.com/package/plugboard).

\`\`\`sh
npm install ${name}
\`\`\`

\`\`\`ts
import { createBoard } from 'plugboard'
import { ${plugin} } from '${name}'

export const board = createBoard({ plugins: [${plugin}], store: …, keys: process.env.PLUGBOARD_KEYS })
\`\`\`

Its package.json declares \`"plugboard": { "plugins": … }\`, so that \`plugboard list --discover\` finds it, and \`loadPlugins({ packages: ['${name}'] })\` loads it.

| field | |
|---|---|
| \`baseUrl\` | address of the provider |
| \`apiKey\` | secret; to be entered again where the address changes |
`
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
