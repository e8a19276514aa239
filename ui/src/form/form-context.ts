import { createContext, use, type ComponentType } from 'react'
import type { PluginDetail } from '../api/client.ts'
import type { Json, Kind, Path, Schema } from './schema.ts'

/** What becomes of a stored secret. */
export type SecretEdit =
  | { readonly mode: 'keep' }
  | { readonly mode: 'replace'; readonly value: string; readonly reference: boolean }
  | { readonly mode: 'clear' }

/** A stored secret, as far as it may be known. */
export interface StoredSecret {
  readonly set: boolean
  readonly reference: string | undefined
  readonly resolves: boolean | undefined
  /** When it was set last, and by whom, where the history still has it. */
  readonly since: { readonly at: number; readonly who: string } | undefined
}

export interface Form {
  readonly root: Schema
  readonly secrets: PluginDetail['secrets']
  readonly value: Json
  /** As it is stored; of a new instance, empty. */
  readonly stored: Json
  readonly isNew: boolean
  readonly readOnly: boolean
  /** What a control shows: `undefined` for what is to be filled in yet. */
  readonly valueOf: (path: Path) => Json | undefined
  readonly set: (path: Path, value: Json | undefined) => void
  /** Keeps the place of an item in a list or a map that has no value yet: it must be filled in before the form is saved. */
  readonly pend: (path: Path) => void
  /** Takes a field, an item of a list or an entry of a map out. */
  readonly remove: (path: Path) => void
  readonly rename: (map: Path, from: string, to: string) => void
  /** By pointer into the body: `/config/baseUrl`. */
  readonly errors: ReadonlyMap<string, string>
  /** What was typed and is no value yet, such as half a number: it keeps the form from being saved. */
  readonly setDraft: (path: Path, problem: string | undefined) => void
  readonly hasDraft: (path: Path) => boolean
  /** Counts how often the form began anew: what controls hold by themselves is of one of these. */
  readonly generation: number
  readonly storedSecret: (path: string) => StoredSecret
  readonly edit: (path: string) => SecretEdit
  readonly setSecret: (path: string, edit: SecretEdit) => void
  /** Fields whose change means that a stored secret must be entered again: of a secret, which changed; of a field, which secrets. */
  readonly causeOf: (secret: string) => readonly string[]
  readonly boundBy: (field: string) => readonly string[]
  /** What the plugin calls the field at a dotted path. */
  readonly nameOf: (path: string) => string
}

export const FormContext = createContext<Form | null>(null)

export function useForm(): Form {
  const form = use(FormContext)
  if (form === null) throw new Error('useForm stands outside of a form')
  return form
}

export function idOf(path: Path): string {
  return `field-${path.map(String).join('-')}`
}

export interface FieldProps {
  readonly path: Path
  readonly schema: unknown
  readonly required: boolean
}

export interface ControlProps {
  readonly path: Path
  readonly schema: Schema
  readonly value: Json | undefined
  readonly title: string
  readonly required: boolean
}

/** A schema holds schemas: lists and variants show fields, which show lists and variants. They reach each other through here. */
export interface Shapes {
  readonly Field: ComponentType<FieldProps>
  readonly Control: ComponentType<ControlProps & { readonly kind: Kind }>
  readonly Group: ComponentType<{ readonly path: Path; readonly schema: Schema }>
}

export const ShapesContext = createContext<Shapes | null>(null)

export function useShapes(): Shapes {
  const shapes = use(ShapesContext)
  if (shapes === null) throw new Error('useShapes stands outside of a form')
  return shapes
}
