/** The rows of one question, which have a plot in common. */
export interface Family {
  /** Of its plot: `docs/guide/performance/<name>.svg`. */
  readonly name: string
  readonly title: string
  readonly rows: readonly string[]
}

export const families: readonly Family[] = [
  { name: 'gets', title: 'Asking for what is selected', rows: ['R1', 'R2', 'R4'] },
  { name: 'calls', title: 'Calls that fail over', rows: ['F1', 'F2', 'F3', 'F4'] },
  { name: 'picks', title: 'Choosing among candidates', rows: ['L1', 'L2'] },
  { name: 'sync', title: 'Sync, start and memory', rows: ['S1', 'S2', 'C1', 'C2'] },
  { name: 'changes', title: 'A change reaches the other processes', rows: ['P1', 'P2'] },
  { name: 'admin', title: 'The admin with many instances', rows: ['A1', 'A2', 'A3'] },
  { name: 'start', title: 'What importing and compiling cost', rows: ['U1', 'U2', 'T1'] },
]
