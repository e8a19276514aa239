import callbacks from 'mysql2'
import promises from 'mysql2/promise'
import { mysql } from '../../mysql.ts'

// What people have.
mysql(promises.createPool({ host: 'db' }))
mysql(callbacks.createPool({ host: 'db' }))
mysql(process.env['DATABASE_URL'])
const settings: promises.PoolOptions = { host: 'db', connectionLimit: 4 }
mysql(settings)
mysql({ uri: 'mysql://db/shop', connectionLimit: 4 }, { prefix: 'p_', timeout: 5_000 })

// What is easily mistaken.
// @ts-expect-error A connection is no pool.
mysql(callbacks.createConnection({ host: 'db' }))
// @ts-expect-error A URL is given as text.
mysql(new URL('mysql://db/shop'))
// @ts-expect-error There is no schema: the database is in the URL.
mysql('mysql://db/shop', { schema: 'plugboard' })
// @ts-expect-error A port is a number.
mysql({ port: '3306' })
