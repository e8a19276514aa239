import { auth } from '../../../lib/auth'
import { board } from '../../../lib/board'
import { FileStorage } from '../../../lib/file-storage'

// Stands for your table of files: which instance has which one. Next.js may load a module more than once; the process has one of it.
const held: { files?: Map<string, string> } = ((globalThis as { [key: symbol]: unknown })[Symbol.for('app.files')] ??= {}) as never
const files = (held.files ??= new Map<string, string>())

const most = 10_000_000

interface Context {
  readonly params: Promise<{ readonly key: string[] }>
}

/** Everybody has files of their own. */
async function keyOf(request: Request, { params }: Context) {
  const session = await auth.api.getSession({ headers: request.headers })
  return session === null ? undefined : `${session.user.id}/${(await params).key.join('/')}`
}

export async function PUT(request: Request, context: Context) {
  const key = await keyOf(request, context)
  if (key === undefined) return new Response(null, { status: 401 })
  if (Number(request.headers.get('content-length') ?? most + 1) > most) return new Response(null, { status: 413 })
  const bytes = new Uint8Array(await request.arrayBuffer())
  await board().ready()
  files.set(key, await board().use(FileStorage).put(key, bytes))
  return new Response(null, { status: 201 })
}

export async function GET(request: Request, context: Context) {
  const key = await keyOf(request, context)
  if (key === undefined) return new Response(null, { status: 401 })
  const where = files.get(key)
  if (where === undefined) return new Response(null, { status: 404 })
  // Where it was put, whatever operators have chosen since.
  const storage = await board().getById(FileStorage, where, { allowDisabled: true })
  // Somebody uploaded it, so no browser opens it as a page of this site.
  const headers = { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment', 'x-content-type-options': 'nosniff' }
  return new Response(await storage.get(key), { headers })
}
