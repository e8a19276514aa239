import { writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { Option, type Command } from 'commander'
import type { ExportedInstances } from '../../index.ts'
import { OutputFileError } from '../cli-errors.ts'
import type { Run } from '../session.ts'
import { count, showName } from '../show.ts'
import { visible, visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

interface ExportOptions {
  readonly type?: string
  readonly format?: 'yaml' | 'json'
  readonly output?: string
}

const comment = `Instances, as plugboard export wrote them. There is no secret in it: those under needs must be entered by hand,
or be replaced by references, such as { $ref: env:STRIPE_KEY }. plugboard plan tells what apply would do.`

export function addExport(program: Command, run: Run): void {
  program
    .command('export')
    .option('--type <type>', 'only those of one type, by its key')
    .addOption(new Option('--format <format>', 'what to write (default: as the name of --output ends; yaml)').choices(['yaml', 'json']))
    .option('-o, --output <file>', 'write to a file; one that is there is not overwritten')
    .description('write instances as a file that plan and apply read. It holds no secret')
    .addHelpText(
      'after',
      helpText({
        examples: [
          'export > instances.yaml',
          'export --type payment-gateway --output payments.yaml',
          'export --json | jq .instances[].name',
        ],
        json:
          '{ plugboard: 1, instances: [{ type, plugin, name, status, priority, weight?, tags?, config?, configVersion?, needs? }] }: the file itself.\n' +
          '  With --output: { file, instances, skipped: [{ id, type, plugin, name, reason }] }',
        exit2: 'instances were skipped, since this code does not know them or their config can not be opened.',
      }),
    )
    .action((options: ExportOptions, command: Command) =>
      run(command, async ({ board, output, startedIn }) => {
        const opened = await board()
        const { document, skipped } = await opened.admin.exportInstances(options.type === undefined ? {} : { types: [options.type] })
        for (const each of skipped) output.warn(`${showName(each)} was skipped: ${visible(each.reason)}`)
        const format = options.format ?? (extname(options.output ?? '') === '.json' ? 'json' : 'yaml')
        const { instancesText } = await import('../../files/index.ts')
        const text = await instancesText(document, format, comment)
        const { output: file } = options
        if (file === undefined) output.result(document, () => text.trimEnd())
        else {
          await writeNew(resolve(startedIn, file), file, text)
          output.result({ file, instances: document.instances.length, skipped }, () => told(file, document))
        }
        return skipped.length === 0 ? 0 : 2
      }),
    )
}

function told(file: string, { instances }: ExportedInstances['document']): string {
  const needing = instances.filter(({ needs = [] }) => needs.length > 0).length
  const secrets = needing === 0 ? '' : ` Secrets of ${needing} are not in it.`
  return `Wrote ${count(instances.length, 'instance')} to ${visibleLine(file)}.${secrets}`
}

/** @throws OutputFileError */
async function writeNew(path: string, typed: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new OutputFileError(`'${typed}' is there already, and was left as it is. Name another file, or take it away first.`)
    throw new OutputFileError(`'${typed}' can't be written (${code ?? 'unknown reason'}).`, { cause: error })
  }
}
