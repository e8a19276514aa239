import { useCallback, useState } from 'react'
import { codeOf, fieldErrorsOf } from '../api/errors.ts'
import { useWords } from '../messages/index.ts'
import type { ConfigForm } from './use-config-form.ts'

/** What keeps a form of a name and a config from being sent. */
export interface Refusals {
  /** By pointer into the body, of the config and of all else. */
  readonly errors: ReadonlyMap<string, string>
  readonly clear: () => void
  /** What was said of a value beside the config, `/name`, was said of another one. */
  readonly forget: (pointer: string) => void
  /** Whether nothing speaks against sending it; shows what does. */
  readonly passes: (name: string, withConfig: boolean) => boolean
  /** Whether an answer named fields; they are shown then. */
  readonly refused: (error: unknown) => boolean
}

/** Says at its field what can be said before anybody is asked, and what the server answered: it has the last word. */
export function useRefusals({ check, showErrors, errors: atFields }: Pick<ConfigForm, 'check' | 'showErrors' | 'errors'>): Refusals {
  const { t } = useWords()
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map())
  const show = (found: ReadonlyMap<string, string>): void => {
    setErrors(found)
    showErrors(new Map([...found].filter(([pointer]) => pointer.startsWith('/config'))))
  }
  return {
    // A field that was changed since is not told of any more.
    errors: new Map([...errors].filter(([pointer]) => !pointer.startsWith('/config') || atFields.has(pointer))),
    forget: (pointer) => setErrors((before) => new Map([...before].filter(([each]) => !each.startsWith(pointer)))),
    clear: useCallback(() => setErrors(new Map()), []),
    passes: (name, withConfig) => {
      const found = new Map(withConfig ? check() : [])
      if (name.trim() === '') found.set('/name', t('check.required'))
      show(found)
      return found.size === 0
    },
    refused: (error) => {
      const fields = fieldErrorsOf(error)
      const isTaken = codeOf(error) === 'duplicate_name'
      if (fields.length > 0)
        show(new Map(fields.map(({ pointer, detail }) => [pointer, pointer === '/name' && isTaken ? t('check.duplicate') : detail])))
      return fields.length > 0
    },
  }
}
