import { join } from 'node:path'
import { measure } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { importing, packagesLoaded, starting } from '../subjects/node-processes.ts'

export const row: Row = {
  id: 'U2',
  what: '`plugboard --help`',
  against: 'a start of Node that imports nothing',
  goal: 1.3,
  guardedBy: 'counts',
  peers: ['commander'],
  run,
}

const help = [join(import.meta.dirname, '..', '..', 'dist', 'plugboard.js'), '--help']

async function run({ rounds }: RowScale): Promise<Outcome> {
  const compared = await measure(
    [
      starting('node', importing()),
      starting('Plugboard: plugboard --help', help),
      starting('commander imported, and nothing done', importing('commander')),
    ],
    { rounds, times: 1 },
  )
  const packages = await packagesLoaded(help)
  return {
    compared,
    bounds: [{ what: 'packages that it loads beside commander', value: packages.filter((name) => name !== 'commander').length, atMost: 0 }],
  }
}
