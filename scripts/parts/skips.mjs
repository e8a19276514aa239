/** Whether this is CI, where what could not be looked at counts as failed. */
export const isStrict = () => ![undefined, '', '0', 'false'].includes(process.env.CI)

/** What is wrong with skips in a run where no test failed. */
export function skipComplaints(skips, strict = isStrict()) {
  const found = []
  const unexplained = skips.filter((test) => test.skip.kind === 'unexplained')
  if (unexplained.length > 0) found.push(`Skipped without a reason (use test/skip.ts): ${unexplained.map((test) => test.name).join('; ')}`)
  if (strict && skips.some((test) => test.skip.kind === 'wanting'))
    found.push('With CI=true nothing may be skipped for want of a server or tool.')
  return found
}
