import { z } from 'zod'
import { release } from '../release.ts'
import { endpointOf, type Endpoint } from './endpoints.ts'
import { problem } from './schemas/outputs.ts'
import type { Route } from './route.ts'

type Document = Readonly<Record<string, unknown>>

/**
 * Describes routes as OpenAPI 3.1: its schemas are JSON Schema of draft 2020-12, which is what the schemas that validate turn into. Paths are relative to
 * where the document is served, so it holds under any prefix.
 */
export function describeApi(routes: readonly Route[]): Document {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const endpoint = endpointOf(route.name)
    const path = (paths[endpoint.path] ??= {})
    path[endpoint.method.toLowerCase()] = operationOf(route, endpoint)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plugboard admin',
      version: release,
      description: 'What operators do: which configured provider answers a contract. Times are milliseconds since the epoch.',
    },
    servers: [{ url: '.' }],
    paths,
    components: { schemas: { Problem: schemaOf(problem, 'output') } },
  }
}

function operationOf(route: Route, endpoint: Endpoint): Document {
  const { name, summary, status, params, query, body, result } = route
  return {
    operationId: name,
    summary,
    description: `Needs: ${endpoint.needs === 'any' ? 'somebody who is signed in' : endpoint.needs}.`,
    parameters: [
      ...parametersOf(params, 'path'),
      ...parametersOf(query, 'query'),
      ...(endpoint.match === undefined ? [] : [matchParameter(endpoint.match)]),
      ...(name === 'createInstance' ? [idempotencyParameter] : []),
      ...(name === 'listenToEvents' ? [lastEventParameter] : []),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: !takesNothing(body), content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
    responses: {
      [String(status)]: {
        description: 'Done.',
        ...(endpoint.match === 'instance' && status !== 204 ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
        ...contentOf(result),
      },
      default: { description: 'Refused.', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    },
  }
}

function contentOf(result: Route['result']): Document {
  if (result === undefined) return {}
  if (result === 'events') return { content: { 'text/event-stream': { schema: { type: 'string' } } } }
  return { content: { 'application/json': { schema: schemaOf(result, 'output') } } }
}

/** The fields of an object as parameters. */
function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): readonly Document[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    readonly properties?: Readonly<Record<string, unknown>>
    readonly required?: readonly string[]
  }
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: field,
  }))
}

function matchParameter(match: NonNullable<Endpoint['match']>): Document {
  return {
    name: 'If-Match',
    in: 'header',
    required: match !== 'order, optional',
    description: `The ETag of ${match === 'instance' ? 'the instance' : "the type's order"} as it was seen, or *.`,
    schema: { type: 'string', pattern: '^(\\*|"\\d{1,15}")$' },
  }
}

const idempotencyParameter: Document = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A name for this request: sent again within a day, it creates nothing and answers as before.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const lastEventParameter: Document = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The id of the last event that was had: what was missed since follows, and `resumed` of hello says whether that is known.',
  schema: { type: 'string', maxLength: 100 },
}

/** Whether a body may be left out: every field of it may. */
function takesNothing(schema: z.ZodType): boolean {
  return schema.safeParse({}).success
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Document {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return described
}
