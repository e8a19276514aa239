import { measure } from '../harness/measure.ts'
import type { Outcome, Row, RowScale } from '../harness/row.ts'
import { side, type Side } from '../harness/side.ts'
import { KeptConnections } from '../subjects/kept-connections.ts'
import { startListServers } from '../subjects/list-server-process.ts'

export const row: Row = {
  id: 'A3',
  what: 'requests of the list of instances, 50 of 10,000, over eight connections',
  against: 'node:http with the same query, which asks nobody who they are',
  // At least 0.8 times as many in the same time.
  goal: 1.25,
  guardedBy: 'counts',
  peers: ['fastify', 'hono', '@hono/node-server', 'express'],
  run,
}

async function run({ rounds }: RowScale): Promise<Outcome> {
  await using servers = await startListServers()
  const kept: KeptConnections[] = []
  const sides: Side[] = []
  for (const [name, port] of Object.entries(servers.ports)) {
    const connections = await KeptConnections.open(port, '/api/v1/instances?limit=50', 8)
    kept.push(connections)
    sides.push(side(name, (times) => connections.ask(times)))
  }
  const compared = await measure(sides, { rounds, roundMs: 200 })
  for (const each of kept) each.close()
  return {
    compared,
    notes: ['Plugboard authorizes, checks the query by its schema and sends its security headers; the others query and answer.'],
  }
}
