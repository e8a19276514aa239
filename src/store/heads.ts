import { hasConfig, instanceColumns } from './columns.ts'
import { toInstances } from './row-mapping.ts'
import type { InstanceRow } from './rows.ts'
import type { SqlContext } from './sql-reader.ts'

/** Of so many types at once the first instances are read: a database takes a union of some hundred parts. */
const typesAtOnce = 100
const statuses: readonly string[] = ['active', 'reserved']

/** The first instances of each type: of each status that can be selected at most `most`, by an index in this order. */
export async function readHeads(context: SqlContext, typeIds: readonly string[], most: number): Promise<readonly InstanceRow[]> {
  const found: InstanceRow[] = []
  for (let start = 0; start < typeIds.length; start += typesAtOnce) {
    const types = typeIds.slice(start, start + typesAtOnce)
    const [first, ...rest] = types.flatMap((typeId) => statuses.map((status) => head(context, typeId, status, most)))
    if (first === undefined) break
    const rows = await rest.reduce((all, each) => all.unionAll(each), first).execute()
    found.push(...toInstances(rows))
  }
  return inOrder(found)
}

function head({ db, names }: SqlContext, typeId: string, status: string, most: number) {
  const ordered = db
    .selectFrom(names.instances)
    .select([...instanceColumns, hasConfig])
    .where('removed_at', 'is', null)
    .where('type_id', '=', typeId)
    .where('status', '=', status)
    .orderBy('priority')
    .orderBy('created_revision')
    .orderBy('id')
    .limit(most)
  // A limit can stand in a part of a union only where that part is a table of its own.
  return db.selectFrom(ordered.as('head')).selectAll()
}

/** A union keeps the order of its parts as long as no database works on them side by side. */
function inOrder(rows: readonly InstanceRow[]): readonly InstanceRow[] {
  return rows.toSorted(
    (a, b) =>
      compare(a.typeId, b.typeId) ||
      compare(a.status, b.status) ||
      a.priority - b.priority ||
      a.createdRevision - b.createdRevision ||
      compare(a.id, b.id),
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
