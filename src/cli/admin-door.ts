import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Admin, AdminActor, Mount } from '../admin/index.ts'

export interface DoorOptions {
  /** Who comes in. */
  readonly actor: AdminActor
  /** `127.0.0.1:4100`, `localhost:4100`: what a request must be sent to. */
  readonly hosts: () => readonly string[]
  /** Milliseconds the token is good for. */
  readonly tokenLives: number
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
}

/**
 * Lets one browser in by a token that opens once: it is handed a session in a cookie, and the token is spent. After Jupyter's and Vite's start-up links, but that
 * those open again and again. A request that names another host is refused before anything else, so a page whose name was pointed at this machine gets nothing.
 */
export class AdminDoor {
  readonly #options: DoorOptions
  readonly #until: number
  #token: string | undefined = randomBytes(32).toString('base64url')
  #session: string | undefined

  constructor(options: DoorOptions) {
    this.#options = options
    this.#until = options.elapsed() + options.tokenLives
  }

  /** The token, as long as it was not used. */
  get token(): string | undefined {
    return this.#token
  }

  /** For `createAdmin`: whoever has the session of this door. */
  readonly authorize = (request: Request): AdminActor | null => {
    const sent = /(?:^|;\s*)plugboard_admin=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
    return this.#session !== undefined && sent !== undefined && same(sent, this.#session) ? this.#options.actor : null
  }

  /** The admin behind the door. */
  guard(admin: Admin<IncomingMessage>): Admin<IncomingMessage> {
    return {
      fetch: async (request: Request, mount?: Mount<IncomingMessage>): Promise<Response> => {
        const host = request.headers.get('host')?.toLowerCase() ?? ''
        if (!this.#options.hosts().includes(host))
          return refusal(421, `This answers to ${this.#options.hosts().join(' and ')} only, and was asked for another host.`)
        const { pathname, searchParams } = new URL(request.url)
        if (pathname !== '/enter') return admin.fetch(request, mount)
        return request.method === 'GET' ? this.#enter(searchParams.get('token') ?? '') : refusal(405, 'A door is entered by GET.')
      },
      close: () => admin.close(),
    }
  }

  #enter(token: string): Response {
    const isRight = this.#token !== undefined && same(token, this.#token)
    if (!isRight) return refusal(403, 'This link was used already, or is none. Run plugboard admin again for a new one.')
    this.#token = undefined
    if (this.#options.elapsed() > this.#until) return refusal(403, 'This link has expired. Run plugboard admin again for a new one.')
    this.#session = randomBytes(32).toString('base64url')
    const headers = {
      ...plain,
      // Relative, and without the token: it stays in no address bar.
      location: './',
      'set-cookie': `plugboard_admin=${this.#session}; HttpOnly; SameSite=Strict; Path=/`,
    }
    return new Response(null, { status: 303, headers })
  }
}

const plain = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

function refusal(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { ...plain, 'content-type': 'text/plain; charset=utf-8' } })
}

/** Compares digests: how long it takes tells nothing. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
