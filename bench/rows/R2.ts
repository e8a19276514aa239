import { freshLoop } from '../harness/fresh-loop.ts'
import { measure } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { boardOf, plainAdders, type Adder } from '../subjects/contracts.ts'

const contracts = 16

export const row: Row = {
  id: 'R2',
  what: 'call through a kept handle that follows every change, `use(Type, { failover: false })`',
  against: 'Map.get by class, and the call',
  goal: 0.8,
  guardedBy: 'ratio',
  run,
}

async function run({ rounds }: RowScale): Promise<Outcome> {
  await using subject = await boardOf(contracts)
  const handles = subject.types.map((type) => subject.board.use(type, { failover: false }))
  const classes = plainAdders(contracts)
  const map = new Map<new () => Adder, Adder>(classes.map((each) => [each, new each()]))
  const frozen = classes.map((each) => new each())
  return {
    compared: await measure(
      [
        freshLoop('Map.get(Class).add()', 'use(keys[i % count]).add(i & 7)', classes, (each: new () => Adder) => map.get(each)),
        freshLoop('Plugboard: handle.add()', 'keys[i % count].add(i & 7)', handles),
        freshLoop('a field that never changes', 'keys[i % count].add(i & 7)', frozen),
      ],
      { rounds },
    ),
  }
}
