export const runFolderVariable = 'PLUGBOARD_TEST_RUN_FOLDER'

/** Where the processes of one test run tell each other what they started. [The run itself](run-setup.ts) makes it and clears it away. */
export function runFolder(): string {
  const folder = process.env[runFolderVariable]
  if (folder === undefined) throw new Error(`${runFolderVariable} is not set: run the tests with vitest`)
  return folder
}
