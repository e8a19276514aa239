import { measure } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { importing, packagesLoaded, starting } from '../subjects/node-processes.ts'

export const row: Row = {
  id: 'U1',
  what: "a start of Node that runs `import 'plugboard'`",
  against: 'a start of Node that imports nothing',
  goal: 1.1,
  guardedBy: 'counts',
  peers: ['hookable', 'awilix', 'inversify', '@nestjs/core'],
  run,
}

async function run({ rounds }: RowScale): Promise<Outcome> {
  const compared = await measure(
    [
      starting('node', importing()),
      starting('Plugboard: plugboard', importing('plugboard')),
      starting('hookable', importing('hookable')),
      starting('awilix', importing('awilix')),
      starting('inversify, with reflect-metadata', importing('reflect-metadata', 'inversify')),
      starting('NestJS: @nestjs/core', importing('reflect-metadata', '@nestjs/core')),
    ],
    { rounds, times: 1 },
  )
  const packages = await packagesLoaded(importing('plugboard'))
  return { compared, bounds: [{ what: `packages that it loads beside itself`, value: packages.length, atMost: 0 }] }
}
