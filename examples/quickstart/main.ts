import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { commandFile } from './job/operator.ts'
import { runJob } from './job/run.ts'
import { screen } from './job/screen.ts'
import { serve } from './job/serve.ts'
import { openShop } from './job/shop.ts'
import { readOrders } from './orders/read-orders.ts'

const help = `Sends order notifications through whatever instance operators have chosen, over real SMTP and HTTP on this machine.

  npm run quickstart -- [options]

  --orders FILE   your own orders, CSV or JSON (columns id, customer, email, items, total, currency)
  --dir DIR       where runs are kept; each gets a folder of its own. Default: examples/quickstart/run
  --serve         keep running afterwards, an order a second, to play with the admin's page and the command line
  --help          this text
`

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
/** npm runs scripts in the package's folder; what is typed is meant from where it was typed. */
const typed = (path: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), path)

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: 'string' },
      dir: { type: 'string' },
      serve: { type: 'boolean', default: false },
      sabotage: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const { sabotage } = values
  if (sabotage !== undefined && sabotage !== 'drop' && sabotage !== 'double')
    throw new Error(`--sabotage is drop or double, not '${sabotage}'`)

  const file = values.orders === undefined ? here('data/orders.csv') : typed(values.orders)
  const orders = await readOrders(file)
  const base = values.dir === undefined ? here('run') : typed(values.dir)
  const output = screen(process.stdout, { colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined })
  output.line(`Plugboard quickstart: ${orders.length} orders from ${relative(process.cwd(), file)}, three plugins, four instances`)

  const shop = await openShop(base, output)
  try {
    const verdict = await runJob(shop, output, { file, orders, sabotage, signal })
    let fine = verdict?.ok === true
    if (fine && values.serve && !signal.aborted)
      fine = await serve(shop, output, orders, await commandPrefix(values.dir, shop.folder.path), signal)
    else if (signal.aborted) output.line('\nStopped before all orders were out.')
    return fine ? 0 : 1
  } finally {
    await shop.close()
  }
}

/** How to reach this run's board from another terminal. */
async function commandPrefix(dir: string | undefined, run: string): Promise<string> {
  const [command, config, settings] = [await commandFile(), here('plugboard.config.ts'), `${run}/.env`].map((path) =>
    relative(process.cwd(), path),
  )
  // Without --dir, plugboard.config.ts finds the last run by itself.
  return `node ${dir === undefined ? '' : `--env-file=${settings} `}${command} --config ${config}`
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
try {
  process.exitCode = await main(process.argv.slice(2), stop.signal)
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
