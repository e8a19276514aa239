import { describeApi } from '../../src/admin/openapi.ts'
import { routes } from '../../src/admin/routes/index.ts'
import type { Schema } from './schema-arbitraries.ts'

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: Schema
}

/** One operation, as the OpenAPI document says it: nothing of the routes is known beside. */
export interface Operation {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Of its body; `undefined` where it takes none. */
  readonly body: Schema | undefined
  /** The status of what succeeds. */
  readonly success: number
}

interface Described {
  readonly operationId: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
  readonly responses: Readonly<Record<string, unknown>>
}

/** Every operation of the document. */
export function operations(): readonly Operation[] {
  // What is sent over the wire, read back.
  const { paths } = JSON.parse(JSON.stringify(describeApi(routes))) as { readonly paths: Record<string, Record<string, Described>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters, requestBody, responses }]) => ({
      operationId,
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content['application/json'].schema,
      success: Number(Object.keys(responses).find((status) => status.startsWith('2'))),
    })),
  )
}
