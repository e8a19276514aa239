// One row, in a process of its own: `run-row.ts R1 --out FILE [--quick]`.
import { writeFileSync } from 'node:fs'
import { processorClock } from './clock.ts'
import { load, thisMachine } from './machine.ts'
import { sunk, timeBy } from './measure.ts'
import { resultOf } from './result.ts'
import type { Row } from './row.ts'
import { versionsOf } from './versions.ts'

const [id = '', , out = ''] = process.argv.slice(2)
const quick = process.argv.includes('--quick')
const { row } = (await import(`../rows/${id}.ts`)) as { readonly row: Row }
if (quick && row.guardedBy === 'ratio') timeBy(processorClock, 10_000)
const before = load()
const versions = await versionsOf(row.peers ?? [])
const rounds = quick ? (row.guardedBy === 'ratio' ? 9 : 1) : 31
const started = performance.now()
const outcome = await row.run({ quick, rounds })
const seconds = Math.round((performance.now() - started) / 100) / 10
if (!Number.isFinite(sunk())) throw new Error('A side gave something that is no number: its work may have been optimised away.')
const result = resultOf(row, outcome, { rounds, seconds, at: new Date().toISOString(), machine: thisMachine([before, load()]), versions })
writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`)
// A peer may keep a timer or a pool; what was measured is written.
process.exit(0)
