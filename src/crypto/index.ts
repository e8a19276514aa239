export * from './key-check.ts'
export * from './keyring.ts'
export * from './token.ts'
