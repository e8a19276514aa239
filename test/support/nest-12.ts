import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** NestJS of a major version: what a test of an adapter needs of it. */
export interface Nest {
  readonly Module: (metadata: object) => (target: new () => object) => void
  readonly NestFactory: (typeof import('@nestjs/core'))['NestFactory']
  readonly ExpressAdapter: (typeof import('@nestjs/platform-express'))['ExpressAdapter']
  readonly FastifyAdapter: (typeof import('@nestjs/platform-fastify'))['FastifyAdapter']
}

/** NestJS 12, which lives beside the 11 of this repository in a workspace of its own. What is used of it has the types of 11. */
export async function nest12(): Promise<Nest> {
  const workspace = createRequire(join(import.meta.dirname, '..', '..', 'examples', 'admin', 'package.json'))
  const { version } = workspace('@nestjs/core/package.json') as { readonly version: string }
  if (!version.startsWith('12.')) throw new Error(`The workspace examples/admin has NestJS ${version}, and 12 was looked for.`)
  const load = async (name: string): Promise<Nest> => (await import(pathToFileURL(workspace.resolve(name)).href)) as Nest
  const { Module } = await load('@nestjs/common')
  const { NestFactory } = await load('@nestjs/core')
  const { ExpressAdapter } = await load('@nestjs/platform-express')
  const { FastifyAdapter } = await load('@nestjs/platform-fastify')
  return { Module, NestFactory, ExpressAdapter, FastifyAdapter }
}
