import { late, within, type PluginBench } from './bench.ts'
import { secretsShownBy } from './find-secrets.ts'

/** No secret is shown by the object itself, by what it throws, or by anything an operator or a log sees of it. */
export async function checkSecrets(bench: PluginBench, id: string, logged: readonly unknown[]): Promise<void> {
  const { plugin, type, board, secrets, report, deadline } = bench
  const fields = plugin.config?.secrets ?? []
  if (fields.length === 0) return bench.skip('secrets', 'the plugin has no secret fields')
  if (secrets.length === 0)
    return report(
      'secrets',
      `The config of the test has no secret that can be looked for. Give ${fields.map(({ path }) => `'${path.join('.')}'`).join(' or ')} a text of at least ${shortest} characters.`,
    )

  const object = await board.getById(type, id)
  const showing = secretsShownBy(object, secrets)
  if (showing.length > 0)
    report(
      'secrets',
      `Printing the plugin shows ${named(showing)}. Keep what holds a secret (keys, clients, headers) in #private fields, made of this.config.`,
    )

  if (object.onTest !== undefined) {
    const thrown = await within(async () => {
      try {
        await object.onTest?.()
      } catch (error) {
        return { error }
      }
      return undefined
    }, deadline)
    if (thrown === late) report('deadline', `onTest did not end within ${deadline} ms. Give its requests a time to end.`)
    else checkThrown(bench, 'onTest', thrown?.error)
  }

  const outputs = {
    'the instance': await board.admin.get(id),
    'its history': await board.admin.history({ diff: true }),
    'its test': await board.admin.test(id, { actor: { id: 'test-plugin', name: 'testPlugin' }, deadline }),
    'the status of the board': await board.status(),
    'the log': logged,
  }
  for (const [name, output] of Object.entries(outputs)) {
    const found = secretsShownBy(output, secrets)
    if (found.length > 0)
      report('secrets', `What is shown of ${name} holds ${named(found)}. Does the same text stand in a field that is not in \`secrets\`?`)
  }
}

/** Shorter ones are found by chance. */
export const shortest = 8

/** What a method throws must be fit for a log: an object that `get` lent throws it as it is. */
export function checkThrown({ secrets, report }: Pick<PluginBench, 'secrets' | 'report'>, method: string, error: unknown): void {
  const found = error === undefined ? [] : secretsShownBy(error, secrets)
  if (found.length === 0) return
  report(
    'secrets',
    `What ${method}() throws shows ${named(found)}. A handle takes it out, but an object that board.get() lent throws it as it is: throw an error of your own, without the request and its headers.`,
  )
}

function named(paths: readonly string[]): string {
  return `the secret ${paths.map((path) => `'${path}'`).join(', ')}`
}
