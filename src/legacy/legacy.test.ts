import { randomUUID } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { page } from '../../test/docs/page.ts'
import { openBoard, type TestBoard } from '../../test/support/open-board.ts'
import { actor } from '../../test/support/gateways.ts'
import type { Methods } from '../contract/index.ts'
import { createBoard, MisuseError, Plugin, PluginType, RegistrationError } from '../index.ts'
import { sqlite } from '../sqlite.ts'
import { deprecations } from './deprecations.ts'
import type * as legacy from './index.ts'

type Legacy = typeof legacy

const warnings: { readonly message: string; readonly code: string | undefined }[] = []
const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(((message: string, options: { readonly code?: string }) => {
  warnings.push({ message, code: options.code })
}) as typeof process.emitWarning)
const saidBy = (name: keyof typeof deprecations): number => warnings.filter(({ code }) => code === deprecations[name][0]).length

afterEach(() => {
  warnings.length = 0
})

/** The entry as a process finds it when it starts: nothing registered, nothing warned of. */
async function fresh(): Promise<Legacy> {
  vi.resetModules()
  return import('./index.ts')
}

async function boardOf({ registered, setLegacyBoard }: Legacy): Promise<TestBoard> {
  const opened = await openBoard({ ...registered() })
  setLegacyBoard(opened.board)
  return opened
}

/** The README of the seed, in this language. */
function classForm({ BasePluginType, BasePluginItem, PluginConfiguration }: Legacy) {
  abstract class PaymentGatewayType extends BasePluginType {
    static override readonly name = 'payment_gateway'
    static override readonly description: string = 'Takes money.'
    static readonly methods: Methods<PaymentGatewayType> = { createPayment: 'once' }
    abstract createPayment(amount: number): string
  }
  class ZarinpalConfiguration extends PluginConfiguration {
    static override readonly formClass = z.object({ merchant_id: z.string(), sandbox: z.boolean().default(false) })
    static override readonly secrets = { merchant_id: {} }
  }
  class ZarinpalGateway extends BasePluginItem<typeof ZarinpalConfiguration> implements PaymentGatewayType {
    static override readonly name = 'zarinpal'
    static override readonly pluginType = PaymentGatewayType
    static override readonly configuration = ZarinpalConfiguration
    createPayment(amount: number): string {
      return `${this.instance.name}: ${amount} for ${this.config.merchant_id}, ${String(this.config.sandbox)}`
    }
  }
  class CashGateway extends BasePluginItem implements PaymentGatewayType {
    static override readonly name = 'cash'
    static override readonly pluginType = PaymentGatewayType
    createPayment(amount: number): string {
      return `cash: ${amount}`
    }
  }
  return { PaymentGatewayType, ZarinpalGateway, CashGateway }
}

test('[51] the class form: registered, synced, configured, selected, by id, listed, loaded', async () => {
  const own = await fresh()
  const { PaymentGatewayType, ZarinpalGateway, CashGateway } = classForm(own)
  // A plugin before its type, and one of them twice.
  own.registerPluginItem({ pluginClass: ZarinpalGateway, priority: 7 })
  own.registerPluginType({ interface: PaymentGatewayType })
  own.registerPluginType({ interface: PaymentGatewayType })
  own.registerPluginItem({ pluginClass: CashGateway })
  own.registerPluginItem({ pluginClass: CashGateway })
  await using opened = await boardOf(own)
  const { board } = opened

  expect((await own.pluginsync()).changed, 'the board synced at its start').toBe(false)
  expect(own.getPluginInstance(PaymentGatewayType)?.createPayment(5)).toBe('cash: 5')
  const made = await board.admin.create(
    { type: 'payment_gateway', plugin: 'zarinpal', name: 'Production', config: { merchant_id: 'abc123' }, status: 'active' },
    { actor },
  )
  expect(made).toMatchObject({ priority: 7, config: {}, secrets: [{ set: true }] })
  expect(JSON.stringify(made)).not.toContain('abc123')
  await board.admin.setStatus(board.instances(PaymentGatewayType).find(({ plugin }) => plugin === 'cash')?.id ?? '', 'reserved', { actor })
  const selected = own.getPluginInstance(PaymentGatewayType)
  expect(selected).toBeInstanceOf(ZarinpalGateway)
  expect(selected?.createPayment(5)).toBe('Production: 5 for abc123, false')
  expect(JSON.stringify(selected)).not.toContain('abc123')
  expect(board.get(PaymentGatewayType), 'the new way takes the old class').toBe(selected)
  expect(own.getPluginInstance('payment_gateway')).toBe(selected)
  expect(own.getPluginClass('payment_gateway', 'any manager')).toBe(ZarinpalGateway)

  expect(await own.getPluginInstanceById(PaymentGatewayType, made.id)).toBe(selected)
  expect(await own.getPluginInstanceByIdNameManager('payment_gateway', undefined, made.id)).toBe(selected)
  for (const id of [randomUUID(), 'nonsense']) expect(await own.getPluginInstanceById(PaymentGatewayType, id)).toBeNull()
  const active = own.getActivePlugins(PaymentGatewayType)
  expect(active.map(({ name, status }) => [name, status])).toEqual([['Production', own.PluginStatus.ACTIVE]])
  expect(await active[0]?.loadInstance()).toBe(selected)
  expect(await active[0]?.loadImplementation()).toBe(selected)
  const reserved = own.getReservePlugins(PaymentGatewayType)
  expect(reserved.map(({ plugin, status }) => [plugin, status])).toEqual([['cash', own.PluginStatus.RESERVED]])

  await board.admin.setStatus(made.id, 'disabled', { actor })
  expect((await own.getPluginInstanceById(PaymentGatewayType, made.id))?.createPayment(1)).toContain('Production')
  expect(await own.getPluginInstanceById(PaymentGatewayType, made.id, true)).toBeNull()
})

/** The README of the seed's first release, in this language: plain classes, and what they are said beside them. */
function dictionaryForm() {
  abstract class AbstractOtp {
    abstract sendOtp(number: string, code: string): string
  }
  class SmsIr extends AbstractOtp {
    readonly provider = 'sms.ir'
    sendOtp(number: string, code: string): string {
      return `${this.provider} ${number}: ${code}`
    }
  }
  class Voice extends AbstractOtp {
    sendOtp(number: string, code: string): string {
      return `voice ${number}: ${code}`
    }
  }
  return { AbstractOtp, SmsIr, Voice }
}

test('[51] the older dictionary form: plain classes with their names beside them, selected by name and manager', async () => {
  const own = await fresh()
  const { AbstractOtp, SmsIr, Voice } = dictionaryForm()
  const type = {
    name: 'otp',
    manager: 'apps.otp',
    interface: AbstractOtp,
    description: 'One-time passwords',
    methods: { sendOtp: 'once' },
  } as const
  own.registerPluginType(type)
  const item = { typeName: 'otp', managerName: 'apps.otp' } as const
  const sms = { name: 'sms_ir', module: 'apps.otp_sms', pluginClass: SmsIr, priority: 10, description: 'Sends by Sms.ir', ...item }
  own.registerPluginItem(sms)
  own.registerPluginItem({ name: 'voice', module: 'apps.otp_voice', pluginClass: Voice, priority: 20, ...item })
  await using opened = await boardOf(own)

  const first = own.getPluginInstance('otp', 'apps.otp') as InstanceType<typeof AbstractOtp>
  expect(first).toBeInstanceOf(SmsIr)
  expect(first.sendOtp('+31', '123')).toBe('sms.ir +31: 123')
  expect(own.getPluginInstance(AbstractOtp)).toBe(first)
  expect(own.getPluginInstance('otp', 'another.app')).toBeNull()
  expect(own.getPluginInstance('unheard-of')).toBeNull()
  expect(opened.board.getByKey('otp')).toBe(first)
  expect(own.loadPluginType('otp', 'apps.otp')).toBe(type)
  expect(own.loadPluginItem('sms_ir', 'apps.otp_sms', 'otp')).toBe(sms)
  expect(() => own.loadPluginType('otp', 'another.app')).toThrow(MisuseError)
  expect(() => own.loadPluginItem('fax', undefined, 'otp')).toThrow("'fax'")
})

test('[51] a dictionary in plain JavaScript names no methods: those the class has are the contract, each once', async () => {
  const own = await fresh()
  class Notifier {
    send(_to: string): string {
      throw new Error('abstract')
    }
  }
  class Email extends Notifier {
    override send(to: string): string {
      return `mail to ${to}`
    }
  }
  own.registerPluginType({ name: 'notifier', manager: 'apps.notifications', interface: Notifier })
  own.registerPluginItem({ name: 'email', pluginClass: Email, typeName: 'notifier' })
  await using opened = await boardOf(own)
  expect((own.getPluginInstance('notifier') as Notifier).send('you')).toBe('mail to you')
  expect([...(opened.board.internals.registry.typeNamed('notifier')?.methods ?? [])]).toEqual([['send', 'once']])
})

test('[51] getPlugin chooses, in both forms; what it may choose from is in order, and null means none', async () => {
  const own = await fresh()
  const { AbstractOtp, SmsIr, Voice } = dictionaryForm()
  const { PaymentGatewayType, CashGateway } = classForm(own)
  let answer: 'last' | 'none' = 'last'
  own.registerPluginType({
    name: 'otp',
    interface: AbstractOtp,
    methods: { sendOtp: 'once' },
    getPlugin: (type) => (answer === 'none' ? null : (type.getActivePlugins().at(-1) ?? null)),
  })
  own.registerPluginType({ interface: PaymentGatewayType, getPlugin: (type) => type.getReservePlugins()[0] ?? null })
  own.registerPluginItem({ name: 'sms_ir', pluginClass: SmsIr, priority: 10, typeName: 'otp' })
  own.registerPluginItem({ name: 'voice', pluginClass: Voice, priority: 20, typeName: 'otp' })
  own.registerPluginItem({ pluginClass: CashGateway })
  await using opened = await boardOf(own)
  const disabled = opened.board.internals.registry.typeNamed('otp')?.class as unknown as typeof PaymentGatewayType
  for (const { id } of opened.board.instances(disabled, { status: 'disabled' })) await opened.board.admin.setStatus(id, 'active', { actor })
  expect(own.getPluginInstance('otp')).toBeInstanceOf(Voice)
  answer = 'none'
  expect(own.getPluginInstance('otp')).toBeNull()
  expect(own.getPluginInstance(PaymentGatewayType), 'it is active, not reserved').toBeNull()
})

test('[51] every name warns once, with its code and what to write instead', async () => {
  const own = await fresh()
  const { PaymentGatewayType, ZarinpalGateway } = classForm(own)
  const { AbstractOtp, SmsIr } = dictionaryForm()
  const type = { name: 'otp', interface: AbstractOtp, methods: { sendOtp: 'once' }, getPlugin: () => null } as const
  expect(warnings, 'importing it and extending its classes says nothing yet').toEqual([])
  for (const each of [{ interface: PaymentGatewayType }, type, { ...type }]) own.registerPluginType(each)
  for (const each of [
    { pluginClass: ZarinpalGateway },
    { name: 'a', pluginClass: SmsIr, typeName: 'otp' },
    { name: 'b', pluginClass: SmsIr, typeName: 'otp' },
  ])
    own.registerPluginItem(each)
  await using opened = await boardOf(own)
  const made = await opened.board.admin.create(
    { type: 'payment_gateway', plugin: 'zarinpal', name: 'Only', config: { merchant_id: 'abc123' }, status: 'active' },
    { actor },
  )
  for (const _ of [1, 2]) {
    own.getPluginInstance(PaymentGatewayType)
    own.getPluginInstance('payment_gateway')
    own.getPluginClass(PaymentGatewayType)
    await own.getPluginInstanceById(PaymentGatewayType, made.id)
    await own.getPluginInstanceByIdNameManager('payment_gateway', undefined, made.id)
    own.getReservePlugins(PaymentGatewayType)
    await own.getActivePlugins(PaymentGatewayType)[0]?.loadInstance()
    await own.getActivePlugins(PaymentGatewayType)[0]?.loadImplementation()
    own.loadPluginType('otp')
    own.loadPluginItem('a', undefined, 'otp')
    await own.pluginsync({ mode: 'create' })
  }
  const names = Object.keys(deprecations) as (keyof typeof deprecations)[]
  expect(Object.fromEntries(names.map((name) => [name, saidBy(name)]))).toEqual(Object.fromEntries(names.map((name) => [name, 1])))
  expect(warnings).toHaveLength(names.length)
  for (const name of names) {
    const [code, instead] = deprecations[name]
    expect(warnings.find((each) => each.code === code)?.message).toBe(`${name} of plugboard/legacy: ${instead}.`)
  }
  expect(emitWarning.mock.lastCall?.[1]).toMatchObject({ type: 'DeprecationWarning' })
})

test('[51] docs/guide/coming-from-django.md has the same names, codes and replacements', () => {
  const rows = [...page('docs/guide/coming-from-django.md').matchAll(/^\| `([^`]+)`[^|]* \| `(PLUGBOARD_DEP\d+)` \| (.+) \|$/gm)]
  const told = rows.map(([, name, code, instead]) => [name, code, instead?.replaceAll('`', '')])
  const plain = (text: string): string => text.replaceAll('`', '')
  expect(told).toEqual(Object.entries(deprecations).map(([name, [code, instead]]) => [name, code, plain(instead)]))
})

test('[50][51] what is wrong with a registration is told as for the new names: no name, no type, a method missing, two of one name', async () => {
  const own = await fresh()
  const { PaymentGatewayType } = classForm(own)
  class Nameless extends own.BasePluginItem {
    static override readonly pluginType = PaymentGatewayType
    createPayment(): string {
      return ''
    }
  }
  class Typeless extends own.BasePluginItem {
    static override readonly name = 'typeless'
  }
  class Silent extends own.BasePluginItem {
    static override readonly name = 'silent'
    static override readonly pluginType = PaymentGatewayType
  }
  class Twin extends Silent {
    static override readonly name = 'silent'
    createPayment(): string {
      return ''
    }
  }
  abstract class Bare extends own.BasePluginType {
    static override readonly name = 'bare'
  }
  for (const pluginClass of [Nameless, Typeless, Silent, Twin]) own.registerPluginItem({ pluginClass })
  own.registerPluginType({ interface: Bare })
  const make = (): unknown => createBoard({ ...own.registered(), store: sqlite(':memory:') })
  expect(make).toThrow(RegistrationError)
  try {
    make()
  } catch (error) {
    const { problems } = error as RegistrationError
    expect(problems.map(({ code }) => code).toSorted()).toEqual([
      'duplicate_plugin_key',
      'method_missing',
      'methods_missing',
      'plugin_key',
      'plugin_type',
    ])
  }
})

test('[51] plugboard/testing builds a plugin of the class form; constructed by hand it says so', async () => {
  const { createPlugin } = await import('../testing/index.ts')
  const { ZarinpalGateway } = classForm(await fresh())
  const gateway = await createPlugin(ZarinpalGateway, { config: { merchant_id: 'abc123' } })
  expect(gateway.createPayment(1)).toMatch(/: 1 for abc123, false$/)
  expect(() => new ZarinpalGateway(undefined as never)).toThrow('In a test, use createPlugin(zarinpal')
})

test('[51] misuse says what to do', async () => {
  const own = await fresh()
  const { AbstractOtp, SmsIr } = dictionaryForm()
  class New extends Plugin(
    class Contract extends PluginType('new') {
      static readonly methods = {}
    },
    { key: 'new' },
  ) {}
  expect(() => own.getPluginInstance('otp')).toThrow('setLegacyBoard(board)')
  expect(() => own.registerPluginType({ interface: AbstractOtp })).toThrow('needs a name')
  expect(() => own.registerPluginType({ interface: 'AbstractOtp' as never })).toThrow("got 'AbstractOtp'")
  expect(() => own.registerPluginItem({ pluginClass: undefined as never })).toThrow('takes a class')
  expect(() => own.registerPluginItem({ pluginClass: SmsIr, name: 'sms' })).toThrow('needs typeName')
  own.registerPluginItem({ pluginClass: New })
  expect(own.registered().plugins, 'a plugin of the new kind is taken as it is').toEqual([New])
  own.registerPluginItem({ pluginClass: SmsIr, name: 'sms', typeName: 'unheard-of' })
  expect(() => own.registered()).toThrow("No plugin type 'unheard-of' was registered with registerPluginType. There is: none.")
})
