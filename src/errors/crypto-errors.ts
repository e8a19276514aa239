import { PlugboardError } from './plugboard-error.ts'

/** Thrown when the text of a keyring can't be read. It never quotes key material. */
export class KeyringError extends PlugboardError {
  static override readonly code: string = 'keyring'
}

/** Thrown when configs are or must be encrypted and the board has no keys. */
export class KeysMissingError extends PlugboardError {
  static override readonly code: string = 'keys_missing'
  /** The key id the database was sealed with, where that is known. */
  readonly keyId: string | undefined
  constructor(detail: { readonly keyId?: string; readonly plugins?: readonly string[] }) {
    const need =
      detail.keyId === undefined
        ? `${(detail.plugins ?? []).join(', ')} can be configured, and configs are stored encrypted. Run plugboard keys generate`
        : `the database is sealed with the key '${detail.keyId}'. Set it to the keyring that holds '${detail.keyId}'`
    super(`No encryption keys. PLUGBOARD_KEYS (createBoard's keys option) is empty, but ${need}.`)
    this.keyId = detail.keyId
  }
}

/** Thrown by `ready()` when none of the keys opens what the database was sealed with. */
export class WrongKeyError extends PlugboardError {
  static override readonly code: string = 'wrong_key'
  readonly keyId: string
  readonly keyIds: readonly string[]
  constructor(keyId: string, keyIds: readonly string[], options?: ErrorOptions) {
    const has = keyIds.includes(keyId)
      ? `PLUGBOARD_KEYS has a key named '${keyId}', but not the same bytes`
      : `PLUGBOARD_KEYS holds ${keyIds.join(', ')}`
    super(
      `This database was sealed with the key '${keyId}', and ${has}. Add the right '${keyId}' to PLUGBOARD_KEYS; nothing was changed.`,
      options,
    )
    this.keyId = keyId
    this.keyIds = keyIds
  }
}

/** Thrown by a key rotation while a living process lacks the new key: it could not open what is re-sealed. Run again, the rotation goes on. */
export class KeyNotEverywhereError extends PlugboardError {
  static override readonly code: string = 'key_not_everywhere'
  readonly keyId: string
  readonly processes: readonly {
    readonly host: string
    readonly pid: number
    readonly keyIds: readonly string[]
    /** Milliseconds since the epoch. */
    readonly seenAt: number
  }[]
  constructor(keyId: string, processes: KeyNotEverywhereError['processes']) {
    const lines = processes.map(({ host, pid, keyIds }) => `\n  - ${host}, pid ${pid}: ${keyIds.join(', ')}`)
    super(
      `Not rotated to the key '${keyId}': ${processes.length === 1 ? 'a living process does' : `${processes.length} living processes do`} not have it. ` +
        `Add '${keyId}' to PLUGBOARD_KEYS there, restart, and rotate again. A process that was killed counts as living for 90 seconds.${lines.join('')}`,
    )
    this.keyId = keyId
    this.processes = processes
  }
}

/** Why a stored token could not be opened. */
export type DecryptionReason = 'unknown_key' | 'not_authentic' | 'malformed'

/** Thrown when a sealed config can't be opened. The row is left as it is. */
export class DecryptionError extends PlugboardError {
  static override readonly code: string = 'cannot_decrypt'
  readonly reason: DecryptionReason
  /** The key id the token names, where it can be read. */
  readonly keyId: string | undefined
  readonly instance: string | undefined
  constructor(
    reason: DecryptionReason,
    detail: { readonly keyId?: string | undefined; readonly instance?: string | undefined },
    options?: ErrorOptions,
  ) {
    const whose = detail.instance === undefined ? 'A sealed config' : `The config of '${detail.instance}'`
    super(
      {
        unknown_key: `${whose} is sealed with the key '${detail.keyId}', which is not in PLUGBOARD_KEYS. Add it; the row is untouched.`,
        not_authentic: `${whose} can't be opened with the key '${detail.keyId}': the key has other bytes, or the token is damaged or from another row. The row is untouched.`,
        malformed: `${whose} is damaged: it is not a token. Restore it from the history or a backup, or enter the config anew; the row is untouched.`,
      }[reason],
      options,
    )
    this.reason = reason
    this.keyId = detail.keyId
    this.instance = detail.instance
  }
}
