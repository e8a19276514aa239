import { createHash } from 'node:crypto'
import { ConflictError, InvalidInputError } from '../errors/index.ts'
import type { InstanceRow, StoreWriter } from '../store/index.ts'
import type { Actor } from './scope.ts'

/** Milliseconds a request is remembered: a day. */
const rememberedFor = 86_400_000

/** What a request asks for, as far as it is compared: nothing of a config, so that nothing of a secret is kept, not even a digest. */
interface Asked {
  readonly id: string
  readonly type: string
  readonly plugin: string
  readonly name: string
}

/**
 * Notes a request that is to create an instance.
 *
 * @returns The row that the same request created before; `null` where it is new.
 * @throws ConflictError where the key was used for something else, or what it created was removed since; InvalidInputError
 */
export async function noteRequest(writer: StoreWriter, actor: Actor, key: string | undefined, asked: Asked): Promise<InstanceRow | null> {
  if (key === undefined) return null
  if (key.trim() === '' || key.length > 255)
    throw new InvalidInputError([{ pointer: '/idempotencyKey', message: 'must have 1 to 255 characters' }])
  const request = { id: digest(actor.id, key), fingerprint: digest(asked.type, asked.plugin, asked.name), instanceId: asked.id }
  const known = await writer.noteRequest(request, writer.now - rememberedFor)
  if (known === null) return null
  if (known.fingerprint !== request.fingerprint)
    throw new ConflictError('This idempotency key was used for another instance already. Use a new one for each request.')
  const [row] = await writer.instances({ ids: [known.instanceId] })
  if (row === undefined)
    throw new ConflictError(`What this request created was removed since: instance ${known.instanceId}. It can be restored.`)
  return row
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
