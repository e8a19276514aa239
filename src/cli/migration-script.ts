import type { MigrationPlan } from '../index.ts'
import { visibleLine } from './visible.ts'

/** A plan as psql, mariadb and sqlite3 take it. */
export function migrationScript(store: string, { from, to, statements, transactional }: MigrationPlan): string {
  const lines = statements.map((statement) => `${statement};`)
  const whole = transactional && lines.length > 0 ? ['begin;', ...lines, 'commit;'] : lines
  return [`-- plugboard: ${visibleLine(store)} from schema version ${from} to ${to}`, ...whole].join('\n')
}
