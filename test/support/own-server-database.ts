import { randomBytes } from 'node:crypto'
import { postgres } from '../../src/postgres.ts'
import type { DatabaseKind } from './databases.ts'
import { OwnServer, ownPostgres } from './own-server.ts'
import { placeOfSchema } from './store-at.ts'

/** A PostgreSQL for a test alone, with room for the connections of many processes: the usual server is everybody's. */
export const ownPostgresDatabase: DatabaseKind = {
  name: 'postgres',
  wanting: ownPostgres.wanting,
  async open() {
    const server = await OwnServer.start(ownPostgres)
    const schema = `own_${randomBytes(4).toString('hex')}`
    const unused = (): Promise<never> => Promise.reject(new Error('not used here'))
    return {
      factory: postgres(server.url, { schema }),
      place: placeOfSchema(server.url, schema),
      sql: unused,
      dump: unused,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  },
}
