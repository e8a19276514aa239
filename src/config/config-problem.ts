/** Something wrong with a config's declaration. */
export interface ConfigProblem {
  readonly code: string
  readonly message: string
}
