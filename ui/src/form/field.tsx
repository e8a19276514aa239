import type { ReactNode } from 'react'
import { useWords, type Words } from '../messages/index.ts'
import { DateTimeInput, FileInput, JsonInput, NumberInput, SwitchInput, TextInput } from './inputs.tsx'
import { ChoiceInput, SeveralInput } from './choices.tsx'
import { ListInput, MapInput } from './lists.tsx'
import { describing, Frame } from './frame.tsx'
import { useForm, type ControlProps, type FieldProps, type Shapes } from './form-context.ts'
import { blank, isObject, kindOf, titleOf, withoutNull, type Kind, type Path, type Schema } from './schema.ts'
import { SecretField } from './secret.tsx'
import { dotted, valueAt } from './values.ts'
import { VariantsInput } from './variants.tsx'

const wideKinds: ReadonlySet<Kind['kind']> = new Set(['url', 'long', 'json', 'list', 'map', 'file', 'variants', 'group'])

/** One field of a schema, whatever it is. */
export function Field({ path, schema: given, required }: FieldProps): ReactNode {
  const form = useForm()
  const words = useWords()
  const { schema, nullable } = withoutNull(given, form.root)
  const name = path.at(-1) ?? ''
  const title = titleOf(schema, name)
  const isSecret = form.secrets.some((each) => each.path === dotted(path)) || schema['writeOnly'] === true
  const kind = kindOf(schema, form.root)
  if (isSecret) return <SecretField path={path} schema={schema} title={title} required={required} kind={kind} />
  if (kind.kind === 'nothing') return null
  const value = form.valueOf(path)
  const isNull = nullable && value === null
  const several =
    ['choice', 'several', 'list', 'map', 'variants', 'group', 'file'].includes(kind.kind) && !(kind.kind === 'choice' && !kind.radio)
  return (
    <Frame
      path={path}
      schema={schema}
      title={title}
      required={required || schema['default'] !== undefined}
      wide={wideKinds.has(kind.kind)}
      group={several && !isNull}
      hint={hintOf(schema, words)}
    >
      {isNull ? (
        <p className="input nullBox" id={describing(path, form.errors).id}>
          {words.t('form.null')}
        </p>
      ) : (
        <Control kind={kind} path={path} schema={schema} value={value} title={title} required={required} />
      )}
      {nullable && (
        <label className="nullCheck">
          <input
            type="checkbox"
            className="check"
            checked={isNull}
            disabled={form.readOnly}
            onChange={(event) => form.set(path, event.target.checked ? null : blank(schema, form.root))}
          />
          {words.t('form.noValue')}
        </label>
      )}
    </Frame>
  )
}

export function Control({ kind, ...props }: ControlProps & { readonly kind: Kind }): ReactNode {
  switch (kind.kind) {
    case 'text':
    case 'url':
    case 'date':
      return <TextInput {...props} type={kind.kind} />
    case 'long':
      return <TextInput {...props} type="long" />
    case 'date-time':
      return <DateTimeInput {...props} />
    case 'number':
      return <NumberInput {...props} whole={kind.whole} />
    case 'switch':
      return <SwitchInput {...props} />
    case 'file':
      return <FileInput {...props} base64={kind.base64} />
    case 'choice':
      return <ChoiceInput {...props} choices={kind.choices} radio={kind.radio} />
    case 'several':
      return <SeveralInput {...props} choices={kind.choices} />
    case 'list':
      return <ListInput {...props} />
    case 'map':
      return <MapInput {...props} />
    case 'variants':
      return <VariantsInput {...props} variants={kind.variants} />
    case 'group':
      return <Group path={props.path} schema={props.schema} />
    case 'json':
      return <JsonInput {...props} />
    default:
      return null
  }
}

/** The fields of an object, and those that are there and the schema does not name. */
export function Group({ path, schema }: { readonly path: Path; readonly schema: Schema }): ReactNode {
  const form = useForm()
  const required = new Set<unknown>(Array.isArray(schema['required']) ? schema['required'] : [])
  const more = schema['additionalProperties']
  const value = valueAt(form.value, path)
  return (
    <div className="fields">
      {Object.entries(schema.properties ?? {}).map(([name, each]) => (
        <Field key={name} path={[...path, name]} schema={each} required={required.has(name)} />
      ))}
      {isObject(more) && Object.keys(schema.properties ?? {}).length > 0 && (
        <div className="field wide">
          <MapInput path={path} schema={schema} value={value} title="" required={false} except={Object.keys(schema.properties ?? {})} />
        </div>
      )}
    </div>
  )
}

/** Bounds and default, in words. */
function hintOf(schema: Schema, { t, number }: Words): string {
  const { minimum, maximum, description } = schema as Readonly<Record<string, unknown>>
  // What the plugin's author says already is not said twice.
  const isSaid = typeof description === 'string' && description.includes(String(minimum)) && description.includes(String(maximum))
  // A fraction as it stands: three places, as a language writes them, may be too few.
  const figure = (value: number): string => (Number.isInteger(value) ? number(value) : String(value))
  const parts: string[] = []
  if (typeof minimum === 'number' && typeof maximum === 'number' && !isSaid && Math.abs(minimum) < 1e9 && Math.abs(maximum) < 1e9)
    parts.push(t('form.range', { first: figure(minimum), last: figure(maximum) }))
  else if (typeof minimum === 'number' && !isSaid && Math.abs(minimum) < 1e9) parts.push(t('form.atLeast', { first: figure(minimum) }))
  const fallback: unknown = schema['default']
  if (typeof fallback === 'number' || (typeof fallback === 'string' && fallback !== ''))
    parts.push(t('form.default', { value: typeof fallback === 'number' ? figure(fallback) : fallback }))
  return parts.join(' ')
}

export const shapes: Shapes = { Field, Control, Group }
