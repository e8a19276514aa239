import type { Command } from 'commander'
import type { Run } from '../session.ts'
import { addCreate } from './instance-create.ts'
import { addMove } from './instance-move.ts'
import { addReload } from './instance-reload.ts'
import { addRemove } from './instance-remove.ts'
import { addRestore } from './instance-restore.ts'
import { addRollback } from './instance-rollback.ts'
import { addSet } from './instance-set.ts'
import { addShow } from './instance-show.ts'
import { addStatuses } from './instance-status.ts'
import { addTakeOver } from './instance-take-over.ts'

export function addInstance(program: Command, run: Run): void {
  const instance = program
    .command('instance')
    .description('create and change instances. <instance> is an id, a name, type/name or type/plugin/name')
  for (const add of [addCreate, addSet, addShow, addStatuses, addMove, addReload, addRemove, addRestore, addRollback, addTakeOver])
    add(instance, run)
}
