import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'

function make() {
  return betterAuth({
    // Stands for your database: accounts last as long as the process.
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    emailAndPassword: { enabled: true },
    emailVerification: {
      sendOnSignUp: true,
      // Stands for your mail server. An address is its owner's once they have opened the link, and not before.
      sendVerificationEmail: async ({ user, url }) => console.log(`To ${user.email}: ${url}`),
    },
    secret: process.env['BETTER_AUTH_SECRET'],
    baseURL: process.env['BETTER_AUTH_URL'],
  })
}

// Next.js may load a module more than once; the process has one of it.
const held: { auth?: ReturnType<typeof make> } = ((globalThis as { [key: symbol]: unknown })[Symbol.for('app.auth')] ??= {}) as never

/** better-auth, as the application uses it. */
export const auth = (held.auth ??= make())
