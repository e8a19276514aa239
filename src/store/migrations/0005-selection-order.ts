import type { Migration } from './migration.ts'

/** An index in the order of selection: the first instances of a type are found without reading the others, however many there are. */
export const selectionOrder: Migration = {
  name: '0005-selection-order',
  oldestReader: 1,
  adds: [{ indexOf: 'instances', end: 'order', columns: ['type_id', 'status', 'priority', 'created_revision', 'id'] }],
}
