/**
 * The package's public entries: name under `plugboard/` → source. A new entry is a new line here; the build writes package.json's `exports`
 * from it. `index` is `plugboard` itself.
 */
export const entries = {
  index: 'src/index.ts',
  mysql: 'src/mysql.ts',
  postgres: 'src/postgres.ts',
  sqlite: 'src/sqlite.ts',
  redis: 'src/integrations/redis.ts',
  otel: 'src/integrations/otel.ts',
  admin: 'src/admin/index.ts',
  client: 'src/admin/client.ts',
  express: 'src/frameworks/express.ts',
  fastify: 'src/frameworks/fastify.ts',
  hono: 'src/frameworks/hono.ts',
  nestjs: 'src/frameworks/nestjs.ts',
  next: 'src/frameworks/next.ts',
  node: 'src/frameworks/node.ts',
  legacy: 'src/legacy/index.ts',
  testing: 'src/testing/index.ts',
}

/** Commands: name → source. They have no declarations. */
export const commands = {
  plugboard: 'src/cli/main.ts',
}

/** What package.json must say of the entries. */
export function exportsField() {
  const rows = Object.keys(entries).map((name) => [
    name === 'index' ? '.' : `./${name}`,
    { types: `./dist/types/${declaration(entries[name])}`, default: `./dist/${name}.js` },
  ])
  return { ...Object.fromEntries(rows), './package.json': './package.json' }
}

const declaration = (source) => source.replace(/^src\//, '').replace(/\.ts$/, '.d.ts')
