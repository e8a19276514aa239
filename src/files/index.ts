export { instancesText } from './instances-text.ts'
export { readInstancesFile, type InstancesFile } from './instances-file.ts'
