import pg from 'pg'
import { postgres } from '../../postgres.ts'

// What people have.
postgres(new pg.Pool())
postgres(process.env['DATABASE_URL'])
const settings: pg.PoolConfig = { host: 'db', max: 4, ssl: { rejectUnauthorized: true }, password: async () => 'secret' }
postgres(settings)
postgres({ connectionString: 'postgres://db/shop', max: 4 }, { schema: 'plugboard', prefix: 'p_', timeout: 5_000, lockTimeout: 5_000 })

// What is easily mistaken.
// @ts-expect-error A client is one connection, and no pool.
postgres(new pg.Client())
// @ts-expect-error A URL is given as text.
postgres(new URL('postgres://db/shop'))
// @ts-expect-error There is no such option.
postgres('postgres://db/shop', { tablePrefix: 'p_' })
// @ts-expect-error A port is a number.
postgres({ port: '5432' })
