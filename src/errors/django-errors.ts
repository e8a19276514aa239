import { PlugboardError } from './plugboard-error.ts'

/** Thrown when what django-plugin-system stored can't be read: no such file or server, no such tables. Nothing was written. `cause` is the driver's. */
export class DjangoTablesError extends PlugboardError {
  static override readonly code: string = 'django_tables'
}

/** Thrown when not one config of django-plugin-system opens with the keys that were given. Nothing was written. */
export class DjangoKeysError extends PlugboardError {
  static override readonly code: string = 'django_keys'
  readonly tokens: number
  constructor(tokens: number) {
    super(
      tokens === 0
        ? 'No SECRET_KEY or no SALT_KEY was given, and there are configs to open. Give both as the settings of the Django application have them.'
        : `None of the ${tokens} stored values opens with the keys that were given. They are made of SECRET_KEY and SALT_KEY as the settings of the Django ` +
            'application have them (FIELD_ENCRYPTION_KEY, which its README names, is not used). Nothing was written.',
    )
    this.tokens = tokens
  }
}
