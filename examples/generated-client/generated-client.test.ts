import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Validator as SchemaValidator, type Schema } from '@cfworker/json-schema'
import { Validator } from '@seriousme/openapi-schema-validator'
import openapiTS, { astToString } from 'openapi-typescript'
import { expect, test } from 'vitest'
import { serveAdmin, type ServedAdmin } from './admin.ts'

const here = import.meta.dirname
const repository = join(here, '..', '..')
const run = promisify(execFile)

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: object
}
interface Told {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly body?: unknown
}

const token = 'the token of a machine'

async function documentOf({ url }: ServedAdmin): Promise<Document> {
  const response = await fetch(`${url}/openapi.json`, { headers: { authorization: `Bearer ${token}` } })
  return (await response.json()) as Document
}

test('[43] the OpenAPI document is one, says a validator that is not ours; what is none is refused by it', async () => {
  await using admin = await serveAdmin(token)
  const document = await documentOf(admin)
  const validator = new Validator()
  const checked = await validator.validate({ ...structuredClone(document) })
  expect([checked.valid, checked.errors, validator.version]).toStrictEqual([true, undefined, '3.1'])
  const broken = structuredClone(document) as unknown as { paths: { '/types': { get: { responses?: unknown } } } }
  broken.paths['/types'].get.responses = 'none'
  expect((await validator.validate(broken)).valid).toBe(false)
})

test('[43] [44] [45] [46] [47] [48] a client that another generator makes of the document compiles, and every operation answers it as the document says', async () => {
  await using admin = await serveAdmin(token)
  const document = await documentOf(admin)
  mkdirSync(join(here, 'run'), { recursive: true })
  const folder = mkdtempSync(join(here, 'run', 'client-'))
  try {
    copyFileSync(join(here, 'client', 'main.ts'), join(folder, 'main.ts'))
    writeFileSync(join(folder, 'schema.ts'), astToString(await openapiTS(JSON.stringify(document))))
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../../../tsconfig.json', include: ['.'], exclude: [] }))
    for (const compiler of ['typescript', 'typescript-5.9'])
      await run(process.execPath, [join(repository, 'node_modules', compiler, 'bin', 'tsc'), '-p', folder], { cwd: repository })
    const env = { ...process.env, BASE: admin.url, TOKEN: token }
    const { stdout } = await run(process.execPath, ['--import', 'tsx', join(folder, 'main.ts')], {
      cwd: repository,
      env,
      maxBuffer: 1 << 24,
    })
    const told = JSON.parse(stdout) as readonly Told[]

    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    )
    const reached: string[] = []
    for (const { method, path, status, body } of told) {
      const found = operations.find((each) => each.method === method && each.path === path)
      const answer = found?.operation.responses[status] ?? found?.operation.responses['default']
      const schema = Object.values(answer?.content ?? {})[0]?.schema
      const isStream = answer?.content !== undefined && 'text/event-stream' in answer.content
      if (status < 300) reached.push(`${method} ${path}`)
      if (schema === undefined || isStream) continue
      const fits = new SchemaValidator({ components: document.components, ...schema }, '2020-12', false)
      expect(fits.validate(body).errors, `${method} ${path} ${String(status)}`).toStrictEqual([])
    }
    expect([...new Set(reached)].toSorted()).toStrictEqual(operations.map(({ method, path }) => `${method} ${path}`).toSorted())
    // It was refused where it should be, too, and by the schema of problems.
    expect(told.some(({ status }) => status === 412)).toBe(true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
