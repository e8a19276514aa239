import { AdminClient, type Api } from 'plugboard/client'
import { base } from '../base.ts'

export const client: AdminClient = new AdminClient({ base: `${location.origin}${base}` })

export type Result<K extends keyof Api> = Api[K]['result']
export type Me = Result<'whoAmI'>
export type Permission = Me['everywhere'][number]
export type TypeCard = Result<'listTypes'>['types'][number]
export type TypeDetail = Result<'getType'>
export type PluginDetail = Result<'getPlugin'>
export type InstancePage = Result<'listTypeInstances'>
export type Summary = InstancePage['items'][number]
export type Detail = Result<'getInstance'>
export type Status = Summary['status']
export type Metrics = Result<'listMetrics'>['instances'][number]
export type Explanation = Result<'explain'>
export type Explained = Explanation['instances'][number]
export type HistoryEntry = Result<'listHistory'>['entries'][number]
export type TestOutcome = Result<'testInstance'>
export type SyncReport = Result<'planSync'>
export type System = Result<'getSystem'>
export type TypeOrder = Result<'getOrder'>
