import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { hashText, prepare, type Pickable } from '../../src/selection/index.ts'
import { freshLoop } from '../harness/fresh-loop.ts'
import { measure, type Compared } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'

export const row: Row = {
  id: 'L2',
  what: 'a sticky pick among 100 candidates',
  against: 'hashing the key once',
  goal: 3,
  guardedBy: 'ratio',
  guardAt: 15,
  run,
}

async function run({ rounds, quick }: RowScale): Promise<Outcome> {
  // Whose calls are to stick: ids of tenants, in turn.
  const keys = Array.from({ length: 1_024 }, () => randomUUID())
  const steps: { size: number; compared: Compared[] }[] = []
  for (const size of quick ? [10, 100] : [10, 100, 1_000]) {
    const candidates = Array.from({ length: size }, (): Pickable => ({ id: randomUUID(), status: 'active', weight: 1 }))
    const pick = prepare('sticky', candidates)
    assertSticky(keys, candidates)
    const hash = freshLoop('FNV-1a of the key', 'use(keys[i & 1023])', keys, fnv1a)
    const own = freshLoop('Plugboard: pick(hashText(key))', 'use(keys[i & 1023])', keys, (key: string) => pick(hashText(key)))
    const md5 = freshLoop('rendezvous by md5', 'use(keys[i & 1023])', keys, md5Rendezvous(candidates))
    steps.push({ size, compared: await measure([hash, own, md5], { rounds: size === 100 ? rounds : Math.ceil(rounds / 3) }) })
  }
  const uneven = Array.from({ length: 100 }, (_, index): Pickable => ({ id: randomUUID(), status: 'active', weight: 1 + (index % 5) }))
  const pick = prepare('sticky', uneven)
  const weighted = await measure(
    [
      freshLoop('FNV-1a of the key', 'use(keys[i & 1023])', keys, fnv1a),
      freshLoop('Plugboard, weights from 1 to 5', 'use(keys[i & 1023])', keys, (key: string) => pick(hashText(key))),
    ],
    { rounds: Math.ceil(rounds / 3) },
  )
  return {
    compared: steps.find((step) => step.size === 100)?.compared ?? [],
    growth: [
      { of: 'candidates', steps },
      { of: 'candidates of different weights', steps: [{ size: 100, compared: weighted }] },
    ],
  }
}

/** One hash of a text, as everybody writes it. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** The usual code: each candidate's name is hashed together with the key, at each call. */
function md5Rendezvous(candidates: readonly Pickable[]): (key: string) => number {
  return (key) => {
    let best = -1
    let most = -1
    for (const [index, { id }] of candidates.entries()) {
      const score = createHash('md5').update(`${id}:${key}`).digest().readUInt32BE(0)
      if (score > most) [most, best] = [score, index]
    }
    return best
  }
}

/** Each key keeps its candidate, every candidate gets some, and where one leaves only its own keys move. */
function assertSticky(keys: readonly string[], candidates: readonly Pickable[]): void {
  const pick = prepare('sticky', candidates)
  const without = prepare('sticky', candidates.slice(0, -1))
  const last = candidates.length - 1
  const moved = keys.filter((key) => pick(hashText(key)) !== last && pick(hashText(key)) !== without(hashText(key)))
  assert.deepEqual(moved, [], 'keys of candidates that stay must stay')
  assert.ok(new Set(keys.map((key) => pick(hashText(key)))).size > Math.min(candidates.length, keys.length) / 2)
}
