import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeApi } from '../../src/admin/openapi.ts'
import { routes } from '../../src/admin/routes/index.ts'

const file = join(import.meta.dirname, '..', '..', 'docs', 'reference', 'http.md')

interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
interface Operation {
  readonly summary: string
  readonly description: string
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly required: boolean
    readonly description?: string
    readonly schema: Schema
  }[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>>
}

test('docs/reference/http.md is what the OpenAPI document says: after a change of a route, npx vitest run --project unit test/docs/http.test.ts -u', async () => {
  const { paths } = JSON.parse(JSON.stringify(describeApi(routes))) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ title: `${method.toUpperCase()} ${path}`, operation })),
  )
  expect(operations.length).toBeGreaterThan(25)
  const intro =
    'What the admin answers below `api/v1`, wherever it is [mounted](../guide/admin.md#where-it-is-mounted). Written by a test from the OpenAPI document, which ' +
    'the admin serves at `api/v1/openapi.json` and which has every schema in full; the test fails where this page is stale. `AdminClient` of `plugboard/client` has the same as types. ' +
    '[What a request must say](../guide/admin.md#what-a-request-must-say) is the same for all: errors are problem details (RFC 9457), writes name what they saw in `If-Match`.'
  await expect(
    `# HTTP\n\n${intro}\n\n${operations.map(({ title, operation }) => sectionOf(title, operation)).join('\n\n')}\n`,
  ).toMatchFileSnapshot(file)
})

function sectionOf(title: string, { summary, description, parameters, requestBody, responses }: Operation): string {
  const body = requestBody?.content['application/json'].schema
  const [status = '', answer] = Object.entries(responses).find(([code]) => code !== 'default') ?? []
  const [type, content] = Object.entries(answer?.content ?? {})[0] ?? []
  const rows = [
    ...parameters.map(({ name, in: place, required, description: text, schema }) =>
      row(name, place, typeOf(schema), required, text ?? schema.description),
    ),
    ...fieldsOf(body).map(({ name, required, schema }) => row(name, 'body', typeOf(schema), required, schema.description)),
  ]
  const fields = fieldsOf(content?.schema).map(({ name }) => `\`${name}\``)
  const gives =
    type === undefined
      ? ''
      : type === 'application/json'
        ? `: ${fields.length === 0 ? typeOf(content?.schema ?? {}) : fields.join(', ')}`
        : `: \`${type}\``
  return [
    `## ${title}`,
    `${summary.replace(/\.?$/, '.')} ${description}`,
    ...(rows.length === 0 ? [] : [`| name | in | type | | |\n|---|---|---|---|---|\n${rows.join('\n')}`]),
    `Answers ${status}${gives}.`,
  ].join('\n\n')
}

function row(name: string, place: string, type: string, required: boolean, text: string | undefined): string {
  return `| \`${name}\` | ${place} | ${type} | ${required ? 'required' : ''} | ${text ?? ''} |`
}

/** The fields of an object, or of each kind it may be of. */
function fieldsOf(schema: Schema | undefined): readonly { readonly name: string; readonly required: boolean; readonly schema: Schema }[] {
  const kinds = [schema, ...(schema?.anyOf ?? [])].filter((each) => each?.properties !== undefined)
  const fields = kinds.flatMap((kind) =>
    Object.entries(kind?.properties ?? {}).map(([name, inner]) => ({
      name,
      required: kind?.required?.includes(name) === true,
      schema: inner,
    })),
  )
  return fields.filter(({ name }, index) => fields.findIndex((each) => each.name === name) === index)
}

function typeOf({ type, enum: listed, const: only, items, anyOf, format }: Schema): string {
  if (listed !== undefined) return listed.map((value) => `\`${JSON.stringify(value)}\``).join(', ')
  if (only !== undefined) return `\`${JSON.stringify(only)}\``
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ')
  if (items !== undefined) return `list of ${typeOf(items)}`
  const name = typeof type === 'string' ? type : (type?.join(' or ') ?? 'any JSON')
  return format === undefined ? name : `${name} (${format})`
}
