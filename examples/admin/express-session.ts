import express, { type Express, type Request } from 'express'
import session from 'express-session'
import type { Board } from 'plugboard'
import { createAdmin } from 'plugboard/admin'
import { expressAdmin } from 'plugboard/express'
import { actorOf, signIn } from './users.ts'

declare module 'express-session' {
  interface SessionData {
    userId: string
  }
}

/** Express, with express-session: the admin asks the session that the application keeps. */
export function expressApp(board: Board, secret: string): Express {
  const app = express()
  app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { httpOnly: true, sameSite: 'lax' } }))
  app.use(express.json())
  app.post('/login', (request, response, next) => {
    const userId = signIn(request.body as object)
    if (userId === undefined) return void response.sendStatus(401)
    // A new session: the one before may be known to somebody else.
    request.session.regenerate((error) => {
      if (error !== undefined && error !== null) return next(error)
      request.session.userId = userId
      response.sendStatus(204)
    })
  })

  const admin = createAdmin(board, { authorize: (_, request: Request) => actorOf(request.session.userId) })
  app.use('/admin', expressAdmin(admin))
  return app
}
