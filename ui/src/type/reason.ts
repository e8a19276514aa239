import type { Explained } from '../api/client.ts'
import { hasMessage, type Words } from '../messages/index.ts'

/** Why an instance was passed over, in a few words. */
export function reasonOf({ reason, text }: Pick<Explained, 'reason' | 'text'>, { t }: Words): string {
  const key = `reason.${reason}`
  return hasMessage(key) ? t(key) : text
}
