// The shop of the browser tests for a person to look at: npx tsx test/browser/serve.ts
import { openShop } from './shop.ts'

const shop = await openShop()
console.log(shop.base)
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void shop[Symbol.asyncDispose]().then(() => process.exit(0)))
