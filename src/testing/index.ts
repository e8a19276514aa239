export { createPlugin, type CreatePluginOptions } from './create-plugin.ts'
export * from './test-store.ts'
