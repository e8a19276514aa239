// `npm test`: every stage one after the other, whatever the ones before said, and a table at the end.
// `npm test -- --only unit,lint` runs some; `--list` names them.
import { styleText } from 'node:util'
import { skipComplaints } from './parts/skips.mjs'
import { stages } from './parts/stages.mjs'
import { table } from './parts/table.mjs'
import { versions } from './parts/versions.mjs'

const args = process.argv.slice(2)
if (args.includes('--list')) {
  for (const stage of stages) console.log(`${stage.name.padEnd(10)} ${stage.on}`)
  process.exit(0)
}
const chosen = choose(args)
const results = []
for (const stage of chosen) results.push(await runStage(stage))
await summarise(results)

async function runStage(stage) {
  console.log(`\n── ${stage.name} (${stage.on}) ──`)
  const started = performance.now()
  const missing = stage.needs !== undefined && results.find((result) => result.name === stage.needs)?.failed > 0
  const tests = missing
    ? [skipped(stage.name, `the stage "${stage.needs}" failed`, `npm run ${stage.needs}`)]
    : await stage.run().catch((error) => [{ file: stage.name, name: `(${error.stack})`, status: 'failed' }])
  const count = (status) => tests.filter((test) => test.status === status).length
  return {
    ...stage,
    tests,
    seconds: (performance.now() - started) / 1000,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
  }
}

async function summarise(all) {
  const sum = (column) => all.reduce((total, result) => total + result[column], 0)
  const tests = all.flatMap((result) => result.tests.map((test) => ({ ...test, stage: result.name })))
  const failures = tests.filter((test) => test.status === 'failed')
  const skips = tests.filter((test) => test.status === 'skipped')

  console.log(`\n${'═'.repeat(100)}\n${(await versions()).map(([name, version]) => `${name} ${version}`).join(' · ')}\n`)
  const rows = all.map((result) => [result.name, result.on, `${result.seconds.toFixed(1)} s`, result.passed, result.failed, result.skipped])
  console.log(table([['stage', 'on', 'time', 'passed', 'failed', 'skipped'], ...rows], { textColumns: 2 }))
  if (failures.length > 0) {
    console.log(`\n${paint('red', 'Failed')}`)
    for (const test of failures) console.log(`  ${test.stage}: ${test.file === test.stage ? '' : `${test.file} › `}${test.name}`)
  }
  if (skips.length > 0) {
    console.log('\nSkipped')
    const reasons = group(skips, reasonOf)
    console.log(
      indent(
        table([['why', 'to enable', 'tests'], ...[...reasons].map(([why, own]) => [why, own[0].skip.enable ?? '-', own.length])], {
          textColumns: 2,
        }),
      ),
    )
  }
  for (const complaint of complaints(sum, skips)) console.log(`\n${paint('red', complaint)}`)
  process.exitCode = sum('failed') > 0 || complaints(sum, skips).length > 0 ? 1 : 0
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
}

/** What fails a run in which no test failed. */
function complaints(sum, skips) {
  const found = []
  if (sum('passed') + sum('failed') === 0) found.push('Nothing was executed.')
  found.push(...skipComplaints(skips))
  return found
}

function choose(given) {
  const at = given.indexOf('--only')
  if (at === -1 && given.length === 0) return stages
  const names = at === 0 ? given.slice(1).flatMap((argument) => argument.split(',')) : []
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name))
  if (names.length === 0 || unknown.length > 0) {
    console.error(
      `Usage: npm test [-- --only ${stages.map((stage) => stage.name).join(',')} | --list]${unknown.length > 0 ? `; there is no ${unknown.join(', ')}` : ''}`,
    )
    process.exit(64)
  }
  return stages.filter((stage) => names.includes(stage.name))
}

function skipped(file, reason, enable) {
  return { file, name: file, status: 'skipped', skip: { kind: 'wanting', reason, enable } }
}

function reasonOf(test) {
  return test.skip.kind === 'unexplained' ? `${test.name}: ${test.skip.reason}` : test.skip.reason
}

function group(items, keyOf) {
  const groups = new Map()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

function indent(text) {
  return text.replaceAll(/^/gm, '  ')
}

function paint(colour, text) {
  return process.stdout.isTTY ? styleText(colour, text) : text
}
