import { createContext, use } from 'react'
import type { Me, Permission } from './client.ts'

export const MeContext = createContext<Me | null>(null)

export interface Rights {
  readonly me: Me
  /** Whether this may be done with a type; without one, with all there are and will be. */
  readonly may: (needs: Permission, type?: string) => boolean
}

export function useMe(): Rights {
  const me = use(MeContext)
  if (me === null) throw new Error('useMe stands outside of its provider')
  return { me, may: (needs, type) => (type === undefined ? me.everywhere : (me.permissions[type] ?? me.everywhere)).includes(needs) }
}
