import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { generateKey } from '../../index.ts'
import { names as configNames } from '../find-config.ts'
import type { Paint } from '../paint.ts'
import { askChoice, isConversation } from '../prompts.ts'
import type { Session } from '../session.ts'
import { visibleLine } from '../visible.ts'
import { databases, detectProject, type Database, type Project } from './detect-project.ts'
import { adminLine, initFiles, nextCommands } from './init-files.ts'
import { appendLines, nothingWritten, writeNew, type WrittenFiles } from './write-files.ts'

/** Begins in an application: writes what is not there, and tells what it left. @throws ConfigFileError, OutputFileError, CancelledError */
export async function beginApplication(
  { output, startedIn }: Session,
  folder: string,
  options: { readonly database?: Database; readonly yes?: boolean },
): Promise<void> {
  const at = resolve(startedIn, folder)
  const found = detectProject(at)
  const asks = isConversation(output) && options.yes !== true && options.database === undefined
  const database = options.database ?? (asks ? await askChoice('Where are the instances kept?', databases, found.database) : found.database)
  const project = { ...found, database }
  const written = begin(at, project, generateKey('k1'))
  const { framework, packageManager } = project
  const next = nextCommands(project)
  output.result({ folder: at, framework, database, packageManager, ...written, next }, (paint) => describe(project, written, next, paint))
}

function begin(folder: string, project: Project, key: string): WrittenFiles {
  const written = nothingWritten()
  const config = configNames.find((name) => existsSync(join(folder, name)))
  if (config === undefined) for (const { path, text } of initFiles(project)) writeNew(folder, path, text, written)
  else written.left.push({ path: config, why: 'it is there already, so no contract and no plugins were written either' })
  appendLines(folder, '.env', `PLUGBOARD_KEYS=${key}\n`, {
    isThere: (text) => /^\s*(?:export\s+)?PLUGBOARD_KEYS\s*=/m.test(text),
    written,
    mode: 0o600,
  })
  const ignored = ['.env', ...(project.database === 'sqlite' ? ['plugboard.db*'] : [])]
  for (const line of ignored) {
    const isThere = (text: string): boolean => text.split('\n').some((each) => covers(each.trim(), line))
    appendLines(folder, '.gitignore', `${line}\n`, { isThere, written })
  }
  const once = (paths: readonly string[]): string[] => [...new Set(paths)]
  const changed = once(written.changed).filter((path) => !written.created.includes(path))
  return {
    created: once(written.created),
    changed,
    left: written.left.filter(({ path }) => path !== '.gitignore' || !changed.includes(path)),
  }
}

function covers(pattern: string, line: string): boolean {
  const bare = pattern.replace(/^\//, '')
  return [line, ...(line === '.env' ? ['.env*', '*.env'] : ['*.db', '*.db*'])].includes(bare)
}

function describe({ framework, database, packageManager }: Project, written: WrittenFiles, next: readonly string[], paint: Paint): string {
  const found = [framework ?? 'no framework', database, packageManager].join(', ')
  return [
    `For an application with ${found}:`,
    ...written.created.map((path) => `  ${paint.green('+')} ${visibleLine(path)}`),
    ...written.changed.map((path) => `  ${paint.yellow('~')} ${visibleLine(path)}, a line was added`),
    ...written.left.map(({ path, why }) => `  ${paint.dim('=')} ${visibleLine(path)} was left as it is: ${visibleLine(why)}`),
    ...(written.created.concat(written.changed).includes('.env')
      ? ['The key is in .env, which only you can read. Without it nobody reads the configs again: keep it where you keep passwords.']
      : []),
    'Next:',
    ...next.map((command) => `  ${command}`),
    ...(framework === null
      ? []
      : [
          `The admin's page in the application, with createAdmin(board, { authorize }) from 'plugboard/admin':`,
          `  ${adminLine(framework)}`,
        ]),
  ].join('\n')
}
