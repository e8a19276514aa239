import { expect } from 'vitest'
import { guardRow, rowIds } from '../../bench/harness/rows.ts'
import { skipWithReason } from '../skip.ts'
import { postgresServer } from '../support/test-servers.ts'

const server = await postgresServer()
// For the processes in which rows are measured.
if (server.wanting === undefined) process.env['PLUGBOARD_TEST_POSTGRES_URL'] = server.url
const guarded = skipWithReason(server.wanting)

for (const id of rowIds) {
  guarded(`row ${id} of the bench is within its guard`, async () => {
    expect((await guardRow(id)).misses).toEqual([])
  })
}
