import type { AdminActor } from 'plugboard/admin'

/** Stands for the users of an application, who sign in as they always did. What they may do in the admin is the application's to say. */
const users = [
  { id: 'u1', name: 'Ada', password: 'lovelace', role: 'owner' },
  { id: 'u2', name: 'Sam', password: 'support!', role: 'support' },
] as const

type User = (typeof users)[number]

const permissions = {
  owner: ['read', 'operate', 'configure'],
  // Support sees everything, and switches text messages alone.
  support: { sms: ['read', 'operate'], '*': ['read'] },
} as const satisfies Record<User['role'], AdminActor['permissions']>

/** The id of whoever this is; `undefined` where name and password don't fit. */
export function signIn({ name, password }: { readonly name?: unknown; readonly password?: unknown }): string | undefined {
  return users.find((user) => user.name === name && user.password === password)?.id
}

/** What the admin's `authorize` gives for a user's id: looked up at each request, so that whoever was dismissed is out at once. */
export function actorOf(userId: string | undefined): AdminActor | null {
  const user = users.find(({ id }) => id === userId)
  return user === undefined ? null : { id: user.id, name: user.name, permissions: permissions[user.role] }
}
