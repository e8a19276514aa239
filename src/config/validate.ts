import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigInvalidError, messageOf } from '../errors/index.ts'
import type { SecretField } from './config-model.ts'
import { escapePointer, type Json } from './json.ts'
import { scrubText } from './scrub.ts'
import { secretValues } from './secret-values.ts'

export async function validate(
  plugin: string,
  validator: StandardSchemaV1['~standard'],
  secrets: readonly SecretField[],
  input: Json,
): Promise<unknown> {
  const scrub = scrubText(secretValues(secrets, input))
  let result: StandardSchemaV1.Result<unknown>
  try {
    // A copy: a schema that changes its input must not change what is stored.
    result = await validator.validate(structuredClone(input))
  } catch (error) {
    throw new ConfigInvalidError(plugin, [{ pointer: '', message: scrub(`its schema threw: ${messageOf(error)}`) }])
  }
  if (result.issues !== undefined) {
    throw new ConfigInvalidError(
      plugin,
      result.issues.map((issue) => ({ pointer: pointerOf(issue.path ?? []), message: scrub(issue.message) })),
    )
  }
  return freeze(result.value)
}

function pointerOf(path: NonNullable<StandardSchemaV1.Issue['path']>): string {
  return path.map((step) => `/${escapePointer(String(typeof step === 'object' ? step.key : step))}`).join('')
}

function freeze(value: unknown): unknown {
  const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return plain ? Object.freeze(value) : value
}
