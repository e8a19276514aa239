import type { OlderCodeRunsError } from '../errors/index.ts'
import type { RegisteredPlugin } from '../registry/index.ts'
import type { ProcessRow } from '../store/index.ts'

/** Processes whose code has an older version of one of these plugins: what is brought forward could not be built there. */
export function runningOlder(processes: readonly ProcessRow[], plugins: Iterable<RegisteredPlugin>): OlderCodeRunsError['processes'] {
  const all = [...plugins]
  return processes.flatMap((process) => {
    const older = all.flatMap((plugin) => {
      const version = versionIn(process, plugin)
      return version === undefined || version >= plugin.versions.current ? [] : [{ plugin: `${plugin.type.key}/${plugin.key}`, version }]
    })
    return older.length === 0 ? [] : [{ host: process.host, pid: process.pid, seenAt: process.seenAt, plugins: older }]
  })
}

/** The version a process reads; `undefined` where it has no such plugin, or does not say. */
function versionIn({ registered, configVersions }: ProcessRow, plugin: RegisteredPlugin): number | undefined {
  const types = [plugin.type.key, ...plugin.type.aliases]
  const names = [plugin.key, ...plugin.aliases]
  for (const type of types) {
    const versions = own(configVersions, type)
    for (const name of names) {
      const version = own(versions, name)
      if (version !== undefined) return version
    }
  }
  // It has the plugin, and no version of it above the first.
  return types.some((type) => names.some((name) => own(registered, type)?.includes(name))) ? 1 : undefined
}

function own<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return record !== null && record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}
