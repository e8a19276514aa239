/** The names of the seed, and its ways of saying something, that warn. */
export type DeprecatedName =
  | 'registerPluginType'
  | 'registerPluginItem'
  | 'registerPluginType with a dictionary'
  | 'registerPluginItem with a dictionary'
  | 'BasePluginType'
  | 'BasePluginItem'
  | 'PluginConfiguration'
  | 'getPluginInstance'
  | 'getPluginInstance by name'
  | 'getPluginInstanceById'
  | 'getPluginInstanceByIdNameManager'
  | 'getPluginClass'
  | 'getActivePlugins'
  | 'getReservePlugins'
  | 'loadInstance'
  | 'loadImplementation'
  | 'getPlugin'
  | 'loadPluginType'
  | 'loadPluginItem'
  | 'pluginsync'

/** Every name of the seed that this entry has: the code of its warning, and what to write instead. docs/guide/coming-from-django.md shows the same table. */
export const deprecations: Readonly<Record<DeprecatedName, readonly [code: string, instead: string]>> = {
  registerPluginType: [
    'PLUGBOARD_DEP0001',
    'give the plugins of the type to createBoard({ plugins }), or the type alone to createBoard({ types })',
  ],
  registerPluginItem: ['PLUGBOARD_DEP0002', 'give the class to createBoard({ plugins })'],
  'registerPluginType with a dictionary': ['PLUGBOARD_DEP0003', 'extend PluginType(key, { label, description })'],
  'registerPluginItem with a dictionary': ['PLUGBOARD_DEP0004', 'extend Plugin(Type, { key, description, priority })'],
  BasePluginType: ['PLUGBOARD_DEP0005', 'extend PluginType(key, { label, description })'],
  BasePluginItem: ['PLUGBOARD_DEP0006', 'extend Plugin(Type, { key, label, description })'],
  PluginConfiguration: ['PLUGBOARD_DEP0007', 'write Plugin(Type, { key, config: schema, secrets })'],
  getPluginInstance: ['PLUGBOARD_DEP0008', 'write board.get(Type), or board.use(Type) for failover'],
  'getPluginInstance by name': ['PLUGBOARD_DEP0009', 'write board.getByKey(key)'],
  getPluginInstanceById: ['PLUGBOARD_DEP0010', 'write await board.getById(Type, id, { allowDisabled })'],
  getPluginInstanceByIdNameManager: ['PLUGBOARD_DEP0011', 'write await board.getById(Type, id, { allowDisabled })'],
  getPluginClass: ['PLUGBOARD_DEP0012', 'write board.get(Type).constructor, or compare with instanceof'],
  getActivePlugins: ['PLUGBOARD_DEP0013', "write board.instances(Type, { status: 'active' })"],
  getReservePlugins: ['PLUGBOARD_DEP0014', "write board.instances(Type, { status: 'reserved' })"],
  loadInstance: ['PLUGBOARD_DEP0015', 'write await instance.load()'],
  loadImplementation: ['PLUGBOARD_DEP0016', 'write await instance.load()'],
  getPlugin: ['PLUGBOARD_DEP0017', 'write PluginType(key, { select })'],
  loadPluginType: ['PLUGBOARD_DEP0018', 'import the class'],
  loadPluginItem: ['PLUGBOARD_DEP0019', 'import the class'],
  pluginsync: ['PLUGBOARD_DEP0020', 'write await board.sync({ mode, prune }), or run plugboard sync'],
}

const warned = new Set<DeprecatedName>()

/** Says once in a process what to write instead. */
export function warnOnce(name: DeprecatedName): void {
  if (warned.has(name)) return
  warned.add(name)
  const [code, instead] = deprecations[name]
  process.emitWarning(`${name} of plugboard/legacy: ${instead}.`, { type: 'DeprecationWarning', code })
}
