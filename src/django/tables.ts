/** A row of django_plugin_system_plugininstance with what it belongs to. */
export interface DjangoInstance {
  /** UUID with dashes. */
  readonly id: string
  readonly name: string
  /** The stored JSON. */
  readonly config: string | null
  readonly status: string
  readonly priority: number
  readonly description: string | null
  readonly item: DjangoItem
}

export interface DjangoItem {
  readonly module: string
  readonly name: string
  readonly type: { readonly name: string; readonly manager: string }
}

/** A connection that only reads. */
export interface ReadOnlyConnection {
  /** How it writes a value as text. */
  readonly text: (column: string) => string
  readonly rows: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  readonly close: () => Promise<void>
}

/** Reads the seed's three tables, all at one moment. */
export async function readTables(connection: ReadOnlyConnection): Promise<readonly DjangoInstance[]> {
  const { text } = connection
  const rows = await connection.rows(
    `select ${text('i.id')} as id, i.name as name, ${text('i.config')} as config, i.status as status, i.priority as priority,` +
      ' i.description as description, t.module as module, t.name as item, y.name as type, y.manager as manager' +
      ' from django_plugin_system_plugininstance i' +
      ' join django_plugin_system_pluginitem t on t.id = i.item_id' +
      ' join django_plugin_system_plugintype y on y.id = t.plugin_type_id' +
      ' order by y.name, y.manager, i.priority, i.id',
  )
  return rows.map((row) => ({
    id: withDashes(said(row['id'])),
    name: said(row['name']),
    config: row['config'] === null || row['config'] === undefined ? null : said(row['config']),
    status: said(row['status']),
    priority: Number(row['priority']),
    description: row['description'] === null || row['description'] === undefined ? null : said(row['description']),
    item: { module: said(row['module']), name: said(row['item']), type: { name: said(row['type']), manager: said(row['manager']) } },
  }))
}

function said(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : JSON.stringify(value ?? '')
}

/** Django keeps a UUID as 32 digits where the database has no type for it. */
function withDashes(id: string): string {
  const digits = id.replaceAll('-', '').toLowerCase()
  return /^[\da-f]{32}$/.test(digits) ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : id
}
