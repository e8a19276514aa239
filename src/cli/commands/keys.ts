import type { Command } from 'commander'
import type { Run } from '../session.ts'
import { addGenerate } from './keys-generate.ts'
import { addRotate } from './keys-rotate.ts'
import { addVerify } from './keys-verify.ts'

export function addKeys(program: Command, run: Run): void {
  const keys = program.command('keys').description('encryption keys')
  for (const add of [addGenerate, addRotate, addVerify]) add(keys, run)
}
