import { randomUUID } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { InstanceNotFoundError, Rejected, type Board } from 'plugboard'
import { SignIn, type Checks, type Identity } from './sign-in.ts'

interface Pending {
  /** Id of the instance whose button was clicked. */
  readonly button: string
  readonly checks: Checks
}

/** The application's pages. The maps stand for its store of sessions. `origin` is where browsers find it, as the providers know it. */
export function signInApp(board: Board, origin: string): Hono {
  const app = new Hono()
  const signedIn = new Map<string, Identity>()
  const pending = new Map<string, Pending>()
  const remember = (c: Context, name: string, maxAge: number): string => {
    const id = randomUUID()
    setCookie(c, name, id, { httpOnly: true, sameSite: 'Lax', secure: origin.startsWith('https:'), path: '/', maxAge })
    return id
  }

  app.get('/', (c) => {
    const identity = signedIn.get(getCookie(c, 'session') ?? '')
    if (identity !== undefined) return c.html(html`<p>Hello, ${identity.name}.</p>`)
    const buttons = board.instances(SignIn, { status: 'active' })
    return c.html(
      html`<ul>
        ${buttons.map(({ id, name }) => html`<li><a href="/login/${id}">Sign in with ${name}</a></li>`)}
      </ul>`,
    )
  })

  app.get('/login/:button', async (c) => {
    const button = c.req.param('button')
    const signIn = await board.getById(SignIn, button)
    const { url, checks } = await signIn.begin(`${origin}/callback`)
    pending.set(remember(c, 'login', 600), { button, checks })
    return c.redirect(url)
  })

  app.get('/callback', async (c) => {
    const cookie = getCookie(c, 'login') ?? ''
    const begun = pending.get(cookie)
    pending.delete(cookie)
    deleteCookie(c, 'login')
    if (begun === undefined) throw new Rejected('Nobody here has begun to sign in')
    // The same one, by its id; where an operator has switched it off meanwhile, nobody comes in by it.
    const signIn = await board.getById(SignIn, begun.button)
    const identity = await signIn.finish(new URL(`${origin}/callback${new URL(c.req.url).search}`), begun.checks)
    signedIn.set(remember(c, 'session', 86_400), identity)
    return c.redirect('/')
  })

  app.onError((error, c) => {
    if (error instanceof InstanceNotFoundError) return c.text('This way to sign in is not open. Choose another one.', 404)
    if (error instanceof Rejected) return c.text('You are not signed in. Begin again.', 403)
    return c.text('This way to sign in does not answer. Choose another one.', 502)
  })
  return app
}
