/**
 * The package's public entries: name under `plugboard/` → source. A new entry is a new line here; the build writes package.json's `exports`
 * from it. `index` is `plugboard` itself.
 */
export const entries = {
  index: 'src/index.ts',
  sqlite: 'src/sqlite.ts',
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
