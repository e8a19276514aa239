import { expect, test } from 'vitest'
import { allowed, kinds, Ledger, type Kind, type Outcome } from './ledger.ts'

const compare = (acts: number, kind: Kind, outcome: Outcome): { readonly double: string[]; readonly lost: string[] } => {
  const ledger = new Ledger()
  for (let n = 0; n < acts; n++) ledger.acted('p', 0)
  ledger.told('p', 0, kind, outcome)
  return ledger.compare(new Map([['p', 1]]))
}
const none = { double: [], lost: [] }

test('[38] who was told of a success was served once, who was told that nothing was done was not, and who was told nothing certain at most once', () => {
  for (const kind of kinds.filter((each) => !['quote', 'deliver', 'stream'].includes(each))) {
    expect(allowed(kind, 'ok')).toEqual([1, 1])
    expect(allowed(kind, 'uncertain')).toEqual([0, 1])
    for (const outcome of ['rejected', 'nothing_done'] as const) expect(allowed(kind, outcome)).toEqual([0, 0])
  }
  expect(compare(1, 'charge', 'ok')).toEqual(none)
  expect(compare(0, 'charge', 'ok')).toEqual({ double: [], lost: ["call 0 of p (charge, told 'ok') was done 0 times"] })
  expect(compare(2, 'get', 'ok').double).toHaveLength(1)
  expect(compare(1, 'run', 'nothing_done').double).toEqual(["call 0 of p (run, told 'nothing_done') was done 1 times"])
  expect(compare(1, 'lease', 'uncertain')).toEqual(none)
  expect(compare(2, 'lease', 'uncertain').double).toHaveLength(1)
})

test('[38] where somebody healthy is always there, a call that fails is a lost one; what may be repeated is done at least once', () => {
  expect(compare(1, 'deliver', 'ok')).toEqual(none)
  expect(compare(0, 'deliver', 'nothing_done').lost).toEqual(["call 0 of p (deliver, told 'nothing_done') should have succeeded"])
  expect(compare(2, 'deliver', 'ok').double).toHaveLength(1)
  expect(compare(0, 'quote', 'ok').lost).toHaveLength(1)
  expect(compare(3, 'quote', 'uncertain')).toEqual(none)
})

test('a call that was never answered is lost, unless its process was killed; done twice it is found all the same', () => {
  const ledger = new Ledger()
  ledger.asked('ended', 0)
  ledger.told('ended', 5_000, 'stream', 'ok')
  ledger.acted('killed', 3)
  ledger.acted('killed', 3)
  ledger.acted('killed', 4)
  const { double, lost } = ledger.compare(new Map([['ended', 5_002]]))
  expect(double).toEqual(['call 3 of killed was done 2 times'])
  expect(lost).toHaveLength(5_001)
  expect([lost[0], lost.at(-1)]).toEqual(['call 0 of ended was never answered', 'call 5001 of ended was never answered'])
  expect(ledger.sums).toMatchObject({ calls: 1, acts: 3, ended: { stream_ok: 1, untold: 5_005 } })
})
