import type { Command } from 'commander'
import type { Board, MissingCode, RegistrationProblem } from '../../index.ts'
import { RegistrationError } from '../../errors/index.ts'
import { checkInstances, type CheckedInstance } from '../check-instances.ts'
import { driftOf, noDrift, type Drift } from '../drift.ts'
import type { Paint } from '../paint.ts'
import type { Run, Session } from '../session.ts'
import { count, showName } from '../show.ts'
import { visible, visibleLine } from '../visible.ts'
import { helpText } from './help-text.ts'

export function addCheck(program: Command, run: Run): void {
  program
    .command('check')
    .description(
      'look at everything: what the code registers, what sync would do, and whether each stored instance is registered, decrypts and validates',
    )
    .addHelpText(
      'after',
      helpText({
        examples: ['check', "check --json | jq '.instances[] | select(.ok | not)'"],
        json:
          '{ ok, store: text | null, registration: [{ code, subject, message }],\n' +
          '  drift: { types: [key], plugins: ["type/plugin"], instances: ["type/plugin"], revived: [key] },   what plugboard sync would create\n' +
          '  outdated: ["type" | "type/plugin"],   what sync --mode update would refresh; told, but no problem\n' +
          '  missing: [{ type, plugin?, instances }],   a problem where it has instances\n' +
          '  instances: [{ id, type, plugin, name, status, configVersion: { stored, code }, ok, reason: code | null, text: text | null }] }\n' +
          '  A config of an older version that can be brought to that of the code is told, but no problem.',
        exit2: 'a problem was found.',
      }),
    )
    .action((_options: object, command: Command) =>
      run(command, async (session) => {
        const found = await look(session)
        const problems = problemsOf(found)
        session.output.result({ ok: problems === 0, ...found }, (paint) => describe(found, problems, paint))
        return problems === 0 ? 0 : 2
      }),
    )
}

interface Found {
  readonly store: string | null
  readonly registration: readonly RegistrationProblem[]
  readonly drift: Drift
  readonly outdated: readonly string[]
  readonly missing: readonly MissingCode[]
  readonly instances: readonly CheckedInstance[]
}

const empty: Omit<Found, 'store' | 'registration'> = {
  drift: noDrift,
  outdated: [],
  missing: [],
  instances: [],
}

async function look(session: Session): Promise<Found> {
  let board: Board
  try {
    board = await session.board()
  } catch (error) {
    if (!(error instanceof RegistrationError)) throw error
    return { store: null, registration: error.problems, ...empty }
  }
  const report = await board.sync({ mode: 'update', dryRun: true })
  const instances = await checkInstances(board)
  return {
    store: board.internals.store.description,
    registration: [],
    drift: driftOf(report),
    outdated: report.changes.map(({ type, plugin }) => (plugin === undefined ? type : `${type}/${plugin}`)),
    missing: report.missing,
    instances,
  }
}

function problemsOf({ registration, drift, missing, instances }: Found): number {
  const drifted = Object.values(drift).flat().length
  // Instances without code are told one by one.
  const unregistered = missing.filter((each) => each.instances > 0 && !instances.some((instance) => isOf(instance, each))).length
  return registration.length + drifted + unregistered + instances.filter((instance) => !instance.ok).length
}

function isOf(instance: CheckedInstance, { type, plugin }: MissingCode): boolean {
  return instance.type === type && (plugin === undefined || instance.plugin === plugin)
}

function describe(found: Found, problems: number, paint: Paint): string {
  const { registration, drift, outdated, missing, instances } = found
  const bad = paint.red('✗')
  const list = (what: string, names: readonly string[]): readonly string[] =>
    names.map((name) => `${bad} ${what} ${visibleLine(name)} is not in the database: run plugboard sync`)
  const unregistered = missing.map(({ type, plugin, instances: number }) => {
    const name = visibleLine(plugin === undefined ? type : `${type}/${plugin}`)
    return `${number > 0 ? bad : paint.dim('?')} ${name} is stored, with ${count(number, 'instance')}, but this code does not register it`
  })
  const broken = instances
    .filter((instance) => !instance.ok)
    .map(
      (instance) =>
        `${bad} ${showName(instance)}, ${instance.status}: ${instance.reason}\n    ${visible(instance.text ?? '').replaceAll('\n', '\n    ')}`,
    )
  const older = instances.filter(({ ok, configVersion: { stored, code } }) => ok && stored !== null && code !== null && stored < code)
  return [
    ...registration.map(({ subject, message }) => `${bad} ${visibleLine(subject)}: ${visible(message)}`),
    ...list('type', drift.types),
    ...list('plugin', drift.plugins),
    ...drift.revived.map((name) => `${bad} ${visibleLine(name)} was removed, and its code is back: run plugboard sync`),
    ...drift.instances.map((name) => `${bad} the default instance of ${visibleLine(name)} is not in the database: run plugboard sync`),
    ...outdated.map(
      (name) => `${paint.dim('~')} ${visibleLine(name)} is described otherwise by the code: plugboard sync --mode update refreshes it`,
    ),
    ...unregistered,
    ...older.map(({ configVersion: { stored, code }, ...instance }) => {
      const what = `the config of ${showName(instance)} is of version ${stored}, the code of ${code}`
      return `${paint.dim('~')} ${what}: it is brought there each time it is read; plugboard migrate-configs does it once`
    }),
    ...broken,
    problems === 0
      ? `${paint.green('✓')} No problem found; ${count(instances.length, 'instance')} looked at.`
      : `${count(problems, 'problem')} found.`,
  ].join('\n')
}
