import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { root } from './root.mjs'

/**
 * The newest Node of a line such as `22`, from npm (node-<os>-<cpu>) into .tmp; the one that runs this where it is of that line.
 *
 * @returns {{ line: string, path: string, version: string } | { line: string, problem: string }}
 */
export function nodeOf(line) {
  if (process.versions.node.startsWith(`${line}.`)) return { line, path: process.execPath, version: process.version }
  const name = `node-${platform() === 'win32' ? 'win' : platform()}-${arch()}`
  const folder = join(root, '.tmp', 'nodes')
  const path = join(folder, 'node_modules', `node-${line}`, 'bin', platform() === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(path)) install(folder, `node-${line}`, `npm:${name}@${line}`)
  const { status, stdout } = existsSync(path) ? spawnSync(path, ['--version'], { encoding: 'utf8' }) : { status: 1, stdout: '' }
  return status === 0 ? { line, path, version: stdout.trim() } : { line, problem: `Node ${line} could not be had from npm (${name}).` }
}

function install(folder, name, source) {
  mkdirSync(folder, { recursive: true })
  const manifest = join(folder, 'package.json')
  const known = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).dependencies : {}
  writeFileSync(manifest, JSON.stringify({ private: true, dependencies: { ...known, [name]: source } }))
  spawnSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder], { stdio: 'inherit', cwd: folder })
}
