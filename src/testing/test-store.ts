import { bulkTests } from './store-contract/bulk-tests.ts'
import { catalogueTests } from './store-contract/catalogue-tests.ts'
import { historyTests } from './store-contract/history-tests.ts'
import { adminTests } from './store-contract/admin-tests.ts'
import { instanceTests } from './store-contract/instance-tests.ts'
import { presenceTests } from './store-contract/presence-tests.ts'
import { schemaTests } from './store-contract/schema-tests.ts'
import { sealedTests } from './store-contract/sealed-tests.ts'
import type { TestRunner, TestStoreOptions } from './store-contract/store-suite.ts'
import { StoreSuite } from './store-contract/store-suite.ts'
import { textTests } from './store-contract/text-tests.ts'
import { transactionTests } from './store-contract/transaction-tests.ts'

export type { Expectation, TestDatabase, TestRunner, TestStoreOptions } from './store-contract/store-suite.ts'

/**
 * Registers the tests that every Store must pass, each on a database of its own.
 *
 * @param runner Vitest's functions, or another runner's of the same shape.
 * @param options The store's name, and how to make an empty database for it.
 * @example
 * import { describe, expect, test } from 'vitest'
 *
 * testStore({ describe, test, expect }, {
 *   name: 'sqlite in memory',
 *   single: 'a database in memory has one connection',
 *   database: async () => ({ factory: sqlite(':memory:'), async [Symbol.asyncDispose]() {} }),
 * })
 */
export function testStore(runner: TestRunner, options: TestStoreOptions): void {
  runner.describe(options.name, () => {
    const suite = new StoreSuite(runner, options)
    runner.describe('schema', () => schemaTests(suite))
    runner.describe('transactions', () => transactionTests(suite))
    runner.describe('types and plugins', () => catalogueTests(suite))
    runner.describe('instances', () => instanceTests(suite))
    runner.describe('removed instances and requests', () => adminTests(suite))
    runner.describe('bulk', () => bulkTests(suite))
    runner.describe('history', () => historyTests(suite))
    runner.describe('sealed configs and purging', () => sealedTests(suite))
    runner.describe('keys, processes, health, closing', () => presenceTests(suite))
    runner.describe('text', () => textTests(suite))
  })
}
