import type { Command } from 'commander'
import type { ConfigOptions } from '../config-values.ts'

/** Options from which a config is put together; `create` and `set` have them. */
export function addConfigOptions(command: Command): Command {
  return command
    .option('--set <path=value>', 'set a field; again for more. Numbers, true, null and JSON are read as the schema wants them', collect)
    .option('--set-env <path=VARIABLE>', 'set a field from an environment variable', collect)
    .option('--set-file <path=FILE>', 'set a field to what a file holds, byte for byte (UTF-8)', collect)
    .option(
      '--set-ref <path=SCHEME:NAME>',
      'have a secret read from elsewhere at each build: env:VARIABLE, file:/path, or a scheme of the application',
      collect,
    )
    .option('--from <FILE>', 'the whole config as JSON; - reads stdin. Secrets left out are kept')
}

export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value]
}

export function hasConfigOptions(options: ConfigOptions): boolean {
  return [options.set, options.setEnv, options.setFile, options.setRef, options.from, options.unset].some((given) => given !== undefined)
}
