import { MisuseError } from '../errors/index.ts'
import type { Actor } from '../operations/index.ts'
import type { Permission } from './endpoints.ts'

/** What somebody may do: for all types, or by key of a type, where `*` stands for the types that are not named. */
export type Permissions = readonly Permission[] | Readonly<Record<string, readonly Permission[]>>

/** Who asks, as the application knows them, and what they may do. */
export interface AdminActor extends Actor {
  readonly permissions: Permissions
}

const known: readonly Permission[] = ['read', 'operate', 'configure']
const nothing: readonly Permission[] = []

/**
 * What `authorize` gave, checked: a typo must not open anything.
 *
 * @throws MisuseError for what is neither an actor nor nothing.
 */
export function checkAdminActor(given: unknown): AdminActor | null {
  if (given === null || given === undefined) return null
  const { id, name, permissions }: { readonly id?: unknown; readonly name?: unknown; readonly permissions?: unknown } = given
  const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '' && value.length <= 255
  if (!isText(id) || !isText(name)) throw new MisuseError('authorize gave an actor without an id or a name of 1 to 255 characters.')
  const lists: readonly unknown[] = Array.isArray(permissions)
    ? [permissions]
    : typeof permissions === 'object' && permissions !== null
      ? Object.values(permissions)
      : [undefined]
  const isKnown = (list: unknown): boolean => Array.isArray(list) && list.every((each: unknown) => known.some((one) => one === each))
  if (!lists.every(isKnown))
    throw new MisuseError(
      `authorize gave permissions that are none. They are lists of ${known.join(', ')}: for all types, or by key of a type.`,
    )
  // Checked above.
  return { id, name, permissions } as AdminActor
}

/** What somebody may do with a type; `undefined`: with all there are and will be. */
export function permissionsOf({ permissions }: AdminActor, type: string | undefined): readonly Permission[] {
  if (isList(permissions)) return permissions
  if (type !== undefined && Object.hasOwn(permissions, type)) return permissions[type] ?? nothing
  const others = Object.hasOwn(permissions, '*') ? (permissions['*'] ?? nothing) : nothing
  if (type !== undefined) return others
  // For all: what no named type has less of.
  const lists = [others, ...Object.values(permissions)]
  return known.filter((each) => lists.every((list) => (each === 'read' ? list.length > 0 : list.includes(each))))
}

/** Whether somebody may do something with a type. Whoever may change something may see it. */
export function may(actor: AdminActor, needs: Permission, type: string | undefined): boolean {
  const given = permissionsOf(actor, type)
  return needs === 'read' ? given.length > 0 : given.includes(needs)
}

/** Whether there is any type, known now or not, that somebody may do this with. */
export function mayAnywhere(actor: AdminActor, needs: Permission): boolean {
  const lists = isList(actor.permissions) ? [actor.permissions] : Object.values(actor.permissions)
  return lists.some((list) => (needs === 'read' ? list.length > 0 : list.includes(needs)))
}

function isList(permissions: Permissions): permissions is readonly Permission[] {
  return Array.isArray(permissions)
}
