import { expect, test } from 'vitest'
import {
  KeysMissingError,
  NoInstanceError,
  PruneRefusedError,
  SchemaMissingError,
  TrialBuildError,
  UnknownPluginError,
  UnknownTypeError,
  WrongKeyError,
} from '../errors/index.ts'
import { reportOf } from './error-report.ts'

test('errors that somebody at a terminal meets tell what to type, and nothing to write in code', () => {
  const errors = [
    new SchemaMissingError(0, 2),
    new SchemaMissingError(1, 2),
    new KeysMissingError({ plugins: ['api'] }),
    new KeysMissingError({ keyId: 'k1' }),
    new WrongKeyError('k1', ['k2']),
    new PruneRefusedError([{ plugin: 'mailer/api', instances: ['Main'] }]),
    new TrialBuildError('Main', new Error('refused.')),
    new UnknownTypeError('x', ['mailer']),
    new UnknownPluginError('mailer', 'x', ['api']),
    new NoInstanceError('mailer'),
  ]
  for (const error of errors) expect(reportOf(error).message, error.code).not.toMatch(/createBoard|\{ |board\.|await /)
  expect(errors.map((error) => reportOf(error).message).join('\n')).toMatchInlineSnapshot(`
    "The database has no Plugboard tables. Run plugboard migrate.
    The database has schema version 1; this release needs 2. Run plugboard migrate.
    No encryption keys. PLUGBOARD_KEYS is empty, but api can be configured, and configs are stored encrypted. Run plugboard keys generate.
    No encryption keys. PLUGBOARD_KEYS is empty, but the database is sealed with the key 'k1'. Set it to the keyring that holds 'k1'.
    This database was sealed with the key 'k1', and PLUGBOARD_KEYS holds k2. Add the right 'k1' to PLUGBOARD_KEYS; nothing was changed.
    Nothing was pruned: configured instances would be removed. Deploy their code, or add --force; they can be restored.
      - mailer/api: Main
    'Main' was not saved: built on trial, it failed. refused. Mend it, or save with --force.
    The board has no plugin type 'x'. It has: mailer. Run plugboard plugins to see them.
    'mailer' has no plugin 'x'. It has: api.
    No active instance of 'mailer'. Run plugboard sync if it was never synced; to create one, run: plugboard instance create mailer <plugin> --name <name> --status active"
  `)
})
