/** What spans and metrics are called: docs/reference/opentelemetry.md has them with their meaning. */
export const attributes = {
  type: 'plugboard.type',
  method: 'plugboard.method',
  methodKind: 'plugboard.method.kind',
  outcome: 'plugboard.outcome',
  attempts: 'plugboard.attempts',
  attempt: 'plugboard.attempt',
  plugin: 'plugboard.plugin',
  instanceId: 'plugboard.instance.id',
  instanceName: 'plugboard.instance.name',
  ejectedBy: 'plugboard.ejected_by',
  reason: 'plugboard.reason',
  syncMode: 'plugboard.sync.mode',
  syncDryRun: 'plugboard.sync.dry_run',
  syncChanged: 'plugboard.sync.changed',
  errorType: 'error.type',
} as const

export const instruments = {
  callDuration: 'plugboard.call.duration',
  attemptDuration: 'plugboard.attempt.duration',
  buildDuration: 'plugboard.build.duration',
  failovers: 'plugboard.failovers',
  ejections: 'plugboard.ejections',
  unloadable: 'plugboard.unloadable',
  stale: 'plugboard.stale',
} as const
