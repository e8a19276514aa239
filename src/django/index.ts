export { hasPassword, readDjango } from './connect.ts'
export { applyDjango, planDjango, reportPlan, type ApplyOptions, type ImportedInstance, type ImportReport } from './import-django.ts'
export type { DjangoKeys, DjangoOutcome, ImportPlan, PlannedInstance, PlanOptions } from './plan-import.ts'
