import type { PageFile } from '#page'
import { refuse } from './problem.ts'
import type { Reply } from './reply.ts'

/** Where a request for the page came from. */
export interface PageRequest {
  /** Below the mount. */
  readonly path: string
  /** As the browser sees it, or as near to it as this side knows. */
  readonly pathname: string
  /** What stands behind it, with its question mark. */
  readonly search: string
  readonly acceptsGzip: boolean
}

type Files = Readonly<Record<string, PageFile>>

/**
 * Answers with a file of the page, from what the build made of `ui/`: a module, so that nothing is read from a disk and no path leads out of it. Everything that
 * is no asset is the one document, which shows what its address says.
 *
 * @returns `undefined` where there is no such file.
 */
export async function pageReply({ path, pathname, search, acceptsGzip }: PageRequest): Promise<Reply | undefined> {
  const files = await load()
  if (files === undefined)
    return refuse(
      503,
      'page_missing',
      "The admin's page is not in this build of the package: run npm run build. The API answers all the same.",
    )
  if (path === '/' && search === askForSlash) return slashReply()
  const asset = path.startsWith('/assets/') ? path.slice(1) : undefined
  if (asset === undefined) return strayReply(files, path) ?? documentReply(files['index.html'], path, pathname)
  const file = Object.hasOwn(files, asset) ? files[asset] : undefined
  if (file === undefined) return undefined
  const headers = {
    'content-type': file.type,
    // Its name holds a digest of what it says, so it never changes; but only who was let in has it.
    'cache-control': 'private, max-age=31536000, immutable',
    vary: 'accept-encoding',
  }
  const packed = Buffer.from(file.gzip, 'base64')
  return acceptsGzip
    ? {
        status: 200,
        stream: streamOf(packed),
        headers: { ...headers, 'content-encoding': 'gzip', 'content-length': String(packed.length) },
      }
    : { status: 200, stream: unpacked(packed), headers }
}

/** An asset that is asked for deeper than it lies: a host that takes the last slash off an address leaves nobody to tell how deep the document is. */
function strayReply(files: Files, path: string): Reply | undefined {
  const folders = path.split('/')
  const asset = folders.splice(-2).join('/')
  if (!asset.startsWith('assets/') || !Object.hasOwn(files, asset)) return undefined
  return { status: 307, headers: { location: `${'../'.repeat(folders.length)}${asset}` } }
}

async function documentReply(file: PageFile | undefined, path: string, pathname: string): Promise<Reply | undefined> {
  if (file === undefined) return undefined
  const nonce = crypto.randomUUID()
  const html = await new Response(unpacked(Buffer.from(file.gzip, 'base64'))).text()
  const text = html
    .replaceAll('"./assets/', `"${upTo(path, pathname)}assets/`)
    .replaceAll('%NONCE%', nonce)
    // First of all, so that nothing waits for what lies elsewhere.
    .replace('<head>', path === '/' && pathname.endsWith('/') ? `<head><script src="${askForSlash}"></script>` : '<head>')
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    status: 200,
    stream: streamOf(Buffer.from(text)),
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy.join('; ') },
  }
}

/**
 * A proxy that cuts off a prefix sends what was asked for with its last slash and without it as the same `/`, and what is relative to the one is not where it is
 * relative to the other. Only the browser knows; and an address that is nothing but a query comes here from both.
 */
const askForSlash = '?slash'

function slashReply(): Reply {
  const script = "if (!location.pathname.endsWith('/')) location.replace(`${location.pathname}/${location.search}${location.hash}`)"
  const headers = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'private, max-age=86400' }
  return { status: 200, stream: streamOf(Buffer.from(script)), headers }
}

/** From an address of the page to where it is mounted, relative: so it holds behind a proxy that cuts off a prefix which nobody here knows of. */
export function upTo(path: string, pathname: string): string {
  // Counted without the last slash, which an adapter may have taken off, and then by what the browser sees.
  const steps = path.replace(/\/$/, '').split('/').length - 1
  if (path !== '/') return '../'.repeat(pathname.endsWith('/') ? steps : steps - 1) || './'
  // A mount that is asked for without its last slash: what is relative to it is relative to the folder around it.
  return pathname.endsWith('/') ? './' : `./${pathname.slice(pathname.lastIndexOf('/') + 1)}/`
}

let loading: Promise<Files | undefined> | undefined

function load(): Promise<Files | undefined> {
  loading ??= import('#page').then(
    ({ files }) => files,
    () => {
      // It may be built yet, or have been out of reach.
      loading = undefined
      return undefined
    },
  )
  return loading
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}

function unpacked(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
}
