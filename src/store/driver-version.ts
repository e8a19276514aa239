import { createRequire } from 'node:module'

/** A driver with its version: that of Node for the one built in, that of its package for the others. */
export function driverVersion(driver: string): string {
  if (driver.startsWith('node:')) return `${driver} of Node ${process.versions.node}`
  try {
    const { version } = createRequire(import.meta.url)(`${driver}/package.json`) as { readonly version?: unknown }
    return typeof version === 'string' ? `${driver} ${version}` : driver
  } catch {
    // Bundled, or a package that does not show its package.json.
    return driver
  }
}
