import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigInvalidError, messageOf } from '../errors/index.ts'
import type { ConfigModel } from './config-model.ts'
import { escapePointer, type Json } from './json.ts'
import { tellAll } from './probe.ts'
import { scrubText } from './scrub.ts'
import { secretValues } from './secret-values.ts'
import { tellablePath, typedNames } from './typed-names.ts'

export async function validate(
  model: Pick<ConfigModel, 'plugin' | 'jsonSchema' | 'secrets'>,
  validator: StandardSchemaV1['~standard'],
  input: Json,
): Promise<unknown> {
  const { plugin, secrets } = model
  const scrub = scrubText([...secretValues(secrets, input), ...typedNames(model, input)])
  let result: StandardSchemaV1.Result<unknown>
  try {
    // A copy: a schema that changes its input must not change what is stored.
    result = await validator.validate(structuredClone(input), tellAll)
  } catch (error) {
    throw new ConfigInvalidError(plugin, [{ pointer: '', message: scrub(`its schema threw: ${messageOf(error)}`) }])
  }
  if (result.issues !== undefined) {
    throw new ConfigInvalidError(
      plugin,
      result.issues.map((issue) => ({ pointer: pointerOf(tellablePath(model, pathOf(issue))), message: scrub(issue.message) })),
    )
  }
  return freeze(result.value)
}

function pathOf({ path = [] }: StandardSchemaV1.Issue): readonly string[] {
  return path.map((step) => String(typeof step === 'object' ? step.key : step))
}

function pointerOf(path: readonly string[]): string {
  return path.map((step) => `/${escapePointer(step)}`).join('')
}

function freeze(value: unknown): unknown {
  const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return plain ? Object.freeze(value) : value
}
