import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { fileURLToPath } from 'node:url'
import { createBoard, type StoreFactory } from 'plugboard'
import { postgres } from 'plugboard/postgres'
import { redis } from 'plugboard/redis'
import { sqlite } from 'plugboard/sqlite'
import { Maildir } from './plugins/maildir.ts'
import { Smtp } from './plugins/smtp.ts'
import { Webhook } from './plugins/webhook.ts'

// The last run leaves its settings here, so that `npx plugboard list` in this folder looks at that run's board.
const lastRun = fileURLToPath(new URL('run/.env', import.meta.url))
if (process.env['PLUGBOARD_DB'] === undefined && existsSync(lastRun)) loadEnvFile(lastRun)

/** The board of the shop: which plugins there are. Which instances there are, and which is used when, operators decide. */
export const board = createBoard({
  plugins: [Smtp, Webhook, Maildir],
  store: storeAt(setting('PLUGBOARD_DB', 'the path of the SQLite file, or the URL of a PostgreSQL')),
  ...(process.env['PLUGBOARD_REDIS'] === undefined ? {} : { notifier: redis(process.env['PLUGBOARD_REDIS']) }),
  keys: setting('PLUGBOARD_KEYS', 'the encryption keys, as `plugboard keys generate` makes them'),
})

/** One process and its file, or many and their PostgreSQL. Behind a pooler, listening needs a way of its own to the database. */
function storeAt(place: string): StoreFactory {
  const listen = process.env['PLUGBOARD_LISTEN_URL']
  return place.startsWith('postgres') ? postgres(place, listen === undefined ? {} : { listen }) : sqlite(place)
}

function setting(name: string, what: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set. It holds ${what}. Run \`npm run quickstart\` once, which writes it to examples/quickstart/run/.env, or set it yourself.`,
    )
  }
  return value
}
