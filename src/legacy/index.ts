export { BasePluginItem, type ConfigOf } from './base-plugin-item.ts'
export { BasePluginType } from './base-plugin-type.ts'
export {
  getActivePlugins,
  getPluginClass,
  getPluginInstance,
  getPluginInstanceById,
  getPluginInstanceByIdNameManager,
  getReservePlugins,
  PluginStatus,
  setLegacyBoard,
  type LegacyInstance,
} from './lookups.ts'
export { PluginConfiguration } from './plugin-configuration.ts'
export { pluginsync } from './pluginsync.ts'
export {
  loadPluginItem,
  loadPluginType,
  registered,
  registerPluginItem,
  registerPluginType,
  type AnyClass,
  type GetPlugin,
  type PluginItemRegistration,
  type PluginTypeRegistration,
  type SelectableType,
} from './registrations.ts'
