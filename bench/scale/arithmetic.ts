/** What docs/guide/scale.md says, worked out. `npm run bench -- --scale` prints it; a test holds the page to it. */

/** Seconds between two signs of life of a process (src/runtime/presence.ts). */
const signEvery = 30
/** Connections of a process: one listens, and a pool of two is enough. */
const listening = 1
const pooled = 2
/** Bytes of an instance in a process's heap: bench row C2, at 10,000 instances. */
const heapPerInstance = 418
/** What PostgreSQL takes by default, less those kept for superusers. */
const serverConnections = 100 - 3
/** Server connections of a pgbouncer in transaction mode, by default. */
const bouncerConnections = 20
/** Simple statements a second that a small server is trusted with, and what share of them the board may take. An assumption: measure yours with pgbench -S. */
const statementsPerSecond = 20_000
const share = 0.25

/** Characters of an instance's columns as PostgreSQL sends them: ids, name, status, numbers, two times. */
const columnLengths = [36, 36, 36, 20, 8, 3, 1, 2, 1, 0, 2, 2, 2, 6, 6, 13, 13]
/** A row's message: kind, length and count, then each column with its length. */
const wirePerInstance = 7 + columnLengths.reduce((sum, length) => sum + 4 + length, 0)

const processes = [10, 1_000, 10_000]
const instances = [1_000, 100_000, 1_000_000]
const polls = [1, 10, 60]

/** Statements a second of so many processes while nothing changes. */
export const idleStatements = (count: number, poll: number): number => count * (1 / poll + 1 / signEvery)

/** How many processes a server bears, by what they ask while nothing changes. */
export const mostByStatements = (poll: number): number => Math.floor((statementsPerSecond * share) / idleStatements(1, poll))

/** How many processes have connections, and by what. */
export const mostByConnections = {
  direct: Math.floor(serverConnections / (listening + pooled)),
  bouncer: serverConnections - bouncerConnections,
}

/** The page's tables, by name. */
export function tables(): Readonly<Record<string, string>> {
  return {
    idle: table(
      ['processes', ...polls.map((poll) => `\`refreshEvery\` ${number(poll * 1_000)} ms`), 'connections, direct', 'of them listening'],
      processes.map((count) => [
        number(count),
        ...polls.map((poll) => `${number(idleStatements(count, poll))} statements/s`),
        number(count * (listening + pooled)),
        number(count * listening),
      ]),
    ),
    change: table(
      ['processes', 'words of one change', 'looks of one change', 'looks a second at 1 change a minute', 'at 1 change a second'],
      processes.map((count) => [number(count), number(count), number(count), number(count / 60), number(count)]),
    ),
    instances: table(
      ['instances', 'heap of each process', 'sent to each process that starts', 'sent to 1,000 processes that start within 10 minutes'],
      instances.map((count) => [
        number(count),
        megabytes(count * heapPerInstance),
        megabytes(count * wirePerInstance),
        `${megabytes((count * wirePerInstance * 1_000) / 600)}/s`,
      ]),
    ),
    limits: table(
      ['what', 'at so many processes', 'then'],
      [
        [
          'connections of a PostgreSQL as it is installed',
          number(mostByConnections.direct),
          'pgbouncer for `database`, the server itself for `listen`',
        ],
        [
          'the same, LISTEN alone',
          number(mostByConnections.bouncer),
          '`listen: false` and `plugboard/redis`, or a larger `max_connections`',
        ],
        ...polls.map((poll) => [
          `a quarter of ${number(statementsPerSecond)} statements/s, idle, \`refreshEvery\` ${number(poll * 1_000)} ms`,
          number(mostByStatements(poll)),
          poll === polls.at(-1) ? 'one board for each region or tenant' : 'a longer `refreshEvery`: words still arrive at once',
        ]),
      ],
    ),
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 })
}

function megabytes(bytes: number): string {
  return `${number(bytes / 1_000_000)} MB`
}
