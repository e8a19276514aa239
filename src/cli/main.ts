import { release } from '../release.ts'

const [first, ...others] = process.argv.slice(2)

// Asked by scripts all the time, so it loads nothing.
if (others.length === 0 && (first === '--version' || first === '-V')) process.stdout.write(`${release}\n`)
else void import('./program.ts').then(({ main }) => main(process.argv.slice(2)))
