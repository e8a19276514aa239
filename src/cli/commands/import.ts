import type { Command } from 'commander'
import type { Run } from '../session.ts'
import { addDjango } from './import-django.ts'

export function addImport(program: Command, run: Run): void {
  const group = program.command('import').description('instances from another system')
  addDjango(group, run)
}
