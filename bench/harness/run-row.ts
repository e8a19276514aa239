// One row, in a process of its own: `run-row.ts R1 --out FILE [--quick]`.
import { writeFileSync } from 'node:fs'
import { thisMachine } from './machine.ts'
import { sunk } from './measure.ts'
import { resultOf } from './result.ts'
import type { Row } from './row.ts'

const [id = '', , out = ''] = process.argv.slice(2)
const quick = process.argv.includes('--quick')
const { row } = (await import(`../rows/${id}.ts`)) as { readonly row: Row }
const machine = thisMachine()
const rounds = quick ? 7 : 31
const started = performance.now()
const outcome = await row.run({ quick, rounds })
const seconds = Math.round((performance.now() - started) / 100) / 10
if (!Number.isFinite(sunk())) throw new Error('A side gave something that is no number: its work may have been optimised away.')
writeFileSync(out, `${JSON.stringify(resultOf(row, outcome, { rounds, seconds, at: new Date().toISOString(), machine }), null, 2)}\n`)
// A peer may keep a timer or a pool; what was measured is written.
process.exit(0)
