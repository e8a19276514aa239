import { z } from 'zod'
import { Plugin, PluginType, createBoard, type Methods } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite.ts'
import { actor } from '../support/gateways.ts'
import { testKeys, TempFolder } from '../support/open-board.ts'
import { describeConfig, withoutUnknown } from '../../src/config/index.ts'
process.on('unhandledRejection', (e) => console.log('UNHANDLED', String(e)))
const f = new TempFolder()
const mk = (typeKey: string, plug: string, typeAliases: string[] = [], plugAliases: string[] = [], cfg = true) => {
  abstract class T extends PluginType(typeKey, { aliases: typeAliases, label: 'T' }) {
    static readonly methods: Methods<T> = { go: 'once' }
    abstract go(): Promise<string>
  }
  class A extends Plugin(T, { key: plug, aliases: plugAliases, ...(cfg ? { config: z.object({ apiKey: z.string().optional() }), secrets: { apiKey: {} } } : {}) }) {
    async go() { return `${typeKey}/${plug} ${this.instance.name}` }
  }
  return { T, A, open: async () => { const b = createBoard({ plugins: [A], store: sqlite(f.file), keys: testKeys, migrate: 'on-start', sync: 'on-start', refreshEvery: 50 }); await b.ready(); return b } }
}
// old release, then new release without alias, then new with alias: both rows present
const o = mk('old', 'p1'), n0 = mk('new', 'p2'), n = mk('new', 'p2', ['old'], ['p1'])
const b1 = await o.open()
await b1.admin.create({ type: o.T, plugin: 'p1', name: 'one', config: { apiKey: 'k1' }, status: 'active', priority: 1 }, { actor })
const b2 = await n0.open()
await b2.admin.create({ type: n0.T, plugin: 'p2', name: 'two', config: { apiKey: 'k2' }, status: 'active', priority: 2 }, { actor })
const b3 = await n.open()
console.log('aliased', b3.instances(n.T).map((i) => `${i.type}/${i.plugin} ${i.name}`))
console.log('dup name over alias rows', await b3.admin.create({ type: n.T, plugin: 'p2', name: 'one', config: {}, status: 'active' }, { actor }).then((d) => 'accepted ' + d.name, String))
const ord = await b3.admin.order(n.T)
console.log('reorder', (await b3.admin.reorder(n.T, ord.ids.toReversed(), { actor, orderRevision: ord.orderRevision })).ids.length)
console.log('move', await b3.admin.move(ord.ids[0]!, { before: ord.ids[1]! }, { actor }).then((r) => r.ids.length, String))
console.log('hist', (await b3.admin.history({ type: n.T })).map((h) => `${h.action} ${h.type}`))
console.log('sync', JSON.stringify(await b3.sync({ mode: 'update' })).slice(0, 300))
console.log('old board sees', b1.instances(o.T).map((i) => i.name))
// getByKey by alias, create by type alias
console.log(typeof b3.getByKey('old'))
for (const b of [b1, b2, b3]) await b.close()
// plugin becomes configless: default + alias
const u = mk('new', 'p2', ['old'], ['p1'], false)
const b4 = await u.open()
console.log('configless', b4.instances(u.T).map((i) => i.name))
await b4.close()
// regex
try {
  const model = describeConfig('p', { schema: z.looseObject({}), jsonSchema: { type: 'object', properties: { a: {} }, patternProperties: { '^[\\w-.]+$': { type: 'string' } } } } as any, {}, [])!
  console.log(withoutUnknown(model.jsonSchema, { 'b-c': 'x' }))
} catch (e) { console.log('regex', String(e)) }
// zod async rejects
{
  abstract class T extends PluginType('zz') { static readonly methods: Methods<T> = { go: 'once' }; abstract go(): Promise<string> }
  let calls = 0
  class A extends Plugin(T, { key: 'a', config: z.object({ x: z.string().refine(async () => { calls++; throw new Error('net') }) }) }) { async go() { return '' } }
  const b = createBoard({ plugins: [A], store: sqlite(':memory:'), keys: testKeys, migrate: 'on-start', sync: 'on-start' }); await b.ready()
  console.log(await b.admin.create({ type: T, plugin: 'a', name: 'x', config: { x: 'a' } }, { actor }).catch(String), calls)
  await new Promise((r) => setTimeout(r, 10))
  await b.close()
}
// proto
{
  const issues: any[] = []
  const { toJson, mergeSecrets, mask, sameJson, changedPaths } = await import('../../src/config/index.ts')
  console.log(JSON.stringify(toJson(JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}'), issues)), issues.length, ({} as any).y, (toJson(Object.create({ inherited: 1 }), issues)))
  const sparse: unknown[] = [1]; sparse[3] = 2
  const i2: any[] = []; console.log('sparse', toJson(sparse, i2), i2)
  const i3: any[] = []; console.log('sym/boxed', toJson({ [Symbol('a')]: 1, b: Object(1n) } , i3), i3)
  const i4: any[] = []; console.log('arr extra', toJson(Object.assign([1], { extra: 1 }), i4), i4, 'getter', toJson({ get a() { return 1 } }, []))
  const i5: any[] = []; console.log('surrogate', JSON.stringify(toJson({ a: '\ud800' }, i5)), i5)
  const i6: any[] = []; console.log('toJSON/nonenum', toJson(Object.defineProperty({}, 'h', { value: 1 }), i6), i6, toJson(new (class extends Array {})(), i6), i6)
  const i7: any[] = []; console.log('big', toJson({ n: 12345678901234567890 , z: -0 }, i7), i7)
}
f[Symbol.dispose]()
