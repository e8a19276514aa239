export { discoverPackages, type DiscoverOptions, type DiscoveredPackage } from './discover-packages.ts'
export { loadPlugins, type LoadPluginsOptions } from './load-plugins.ts'
