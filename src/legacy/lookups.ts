import type { AnyContract, Contract, Hooks, InstanceStatus } from '../contract/index.ts'
import { InstanceNotFoundError, MisuseError } from '../errors/index.ts'
import type { Board, InstanceInfo } from '../index.ts'
import { warnOnce } from './deprecations.ts'
import { contractNamed, type AnyClass } from './registrations.ts'

/** An instance as `getActivePlugins` lists it: metadata; nothing is decrypted until it is loaded. */
export interface LegacyInstance<T = unknown> extends InstanceInfo<T> {
  /** @deprecated Write `await instance.load()`. */
  loadInstance(): Promise<T>
  /** @deprecated Write `await instance.load()`. */
  loadImplementation(): Promise<T>
}

/** The values of a status, by the seed's names. */
export const PluginStatus: { readonly ACTIVE: 'active'; readonly RESERVED: 'reserved'; readonly DISABLED: 'disabled' } = {
  ACTIVE: 'active',
  RESERVED: 'reserved',
  DISABLED: 'disabled',
}

let current: Board | undefined

/** Says which board the functions of this entry ask. The seed had one for the process, and so has this. */
export function setLegacyBoard(board: Board | undefined): void {
  current = board
}

/** @internal The board, for what asks it. @throws MisuseError */
export function legacyBoard(): Board {
  if (current === undefined) throw new MisuseError('plugboard/legacy has no board yet. Call setLegacyBoard(board) once, after createBoard.')
  return current
}

/**
 * The object of the instance selected now; `null` where there is none, or no such type.
 *
 * @deprecated Write `board.get(Type)`, or `board.use(Type)` for failover; by name `board.getByKey(key)`.
 * @throws NotReadyError, SelectionNeedsContextError, and what the type's selector throws
 */
export function getPluginInstance<T>(type: AnyClass<T>): T | null
export function getPluginInstance(name: string, manager?: string): unknown
export function getPluginInstance(type: AnyClass | string, manager?: string): unknown {
  warnOnce(typeof type === 'string' ? 'getPluginInstance by name' : 'getPluginInstance')
  return selected(type, manager)
}

/**
 * The class of the instance selected now.
 *
 * @deprecated Write `board.get(Type).constructor`, or compare with `instanceof`.
 */
export function getPluginClass(type: AnyClass | string, manager?: string): unknown {
  warnOnce('getPluginClass')
  return (selected(type, manager) as object | null)?.constructor ?? null
}

/**
 * One instance's object; `null` for an unknown id, one of another type, and with `preventDisable` a disabled one.
 *
 * @deprecated Write `await board.getById(Type, id, { allowDisabled })`, which refuses disabled ones unless asked.
 * @throws InstanceUnloadableError
 */
export function getPluginInstanceById<T>(type: AnyClass<T>, id: string, preventDisable: boolean = false): Promise<T | null> {
  warnOnce('getPluginInstanceById')
  return byId(contractNamed(type), id, preventDisable) as Promise<T | null>
}

/** @deprecated Write `await board.getById(Type, id, { allowDisabled })`. */
export function getPluginInstanceByIdNameManager(
  name: string,
  manager: string | undefined,
  id: string,
  preventDisable: boolean = false,
): Promise<unknown> {
  warnOnce('getPluginInstanceByIdNameManager')
  return byId(contractNamed(name, manager), id, preventDisable)
}

/** ACTIVE instances in selection order. @deprecated Write `board.instances(Type, { status: 'active' })`. */
export function getActivePlugins<T>(type: AnyClass<T>): readonly LegacyInstance<T>[] {
  warnOnce('getActivePlugins')
  return listed(type, 'active')
}

/** RESERVED instances in selection order. @deprecated Write `board.instances(Type, { status: 'reserved' })`. */
export function getReservePlugins<T>(type: AnyClass<T>): readonly LegacyInstance<T>[] {
  warnOnce('getReservePlugins')
  return listed(type, 'reserved')
}

function selected(type: AnyClass | string, manager: string | undefined): unknown {
  const contract = onBoard(contractNamed(type, manager))
  // A type with a context says so by its error.
  return contract === undefined ? null : (legacyBoard().find(contract as unknown as Contract<Hooks, undefined>) ?? null)
}

async function byId(named: AnyContract | string | undefined, id: string, preventDisable: boolean): Promise<unknown> {
  const contract = onBoard(named)
  if (contract === undefined) return null
  try {
    return await legacyBoard().getById(contract, id, { allowDisabled: !preventDisable })
  } catch (error) {
    if (error instanceof InstanceNotFoundError) return null
    throw error
  }
}

function listed<T>(type: AnyClass<T>, status: InstanceStatus): readonly LegacyInstance<T>[] {
  const contract = onBoard(contractNamed(type))
  if (contract === undefined) return []
  return legacyBoard()
    .instances(contract, { status })
    .map((info) => {
      // The registry has checked that its plugins implement the type.
      const load = (): Promise<T> => info.load() as Promise<T>
      const said = (name: 'loadInstance' | 'loadImplementation') => (): Promise<T> => {
        warnOnce(name)
        return load()
      }
      return Object.assign({}, info, { load, loadInstance: said('loadInstance'), loadImplementation: said('loadImplementation') })
    })
}

/** The class by which the board has the type; `undefined` where it has none. */
function onBoard(named: AnyContract | string | undefined): Contract | undefined {
  const { registry } = legacyBoard().internals
  const key = typeof named === 'string' ? named : named?.key
  const type = key === undefined ? undefined : registry.typeNamed(key)
  // What is registered has methods, or it would not be.
  return type?.class as Contract | undefined
}
