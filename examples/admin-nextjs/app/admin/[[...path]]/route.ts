import { createAdmin } from 'plugboard/admin'
import { nextAdmin } from 'plugboard/next'
import { auth } from '../../../lib/auth'
import { board } from '../../../lib/board'

const listed = (name: string) => (process.env[name] ?? '').split(',').filter((email) => email !== '')
const [owners, readers] = [listed('OWNERS'), listed('READERS')]

const admin = createAdmin(board(), {
  authorize: async (request) => {
    const session = await auth.api.getSession({ headers: request.headers })
    if (session === null) return null
    const { id, name, email, emailVerified } = session.user
    // Anybody may sign up, and with any address: it says something once it is verified.
    if (!emailVerified) return null
    if (owners.includes(email)) return { id, name, permissions: ['read', 'operate', 'configure'] }
    return readers.includes(email) ? { id, name, permissions: ['read'] } : null
  },
})

export const { GET, HEAD, POST, PUT, PATCH, DELETE } = nextAdmin(admin)
