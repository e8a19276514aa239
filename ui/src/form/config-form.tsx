import type { ReactNode } from 'react'
import { useWords } from '../messages/index.ts'
import { Control, Field, Group, shapes } from './field.tsx'
import { FieldError } from './frame.tsx'
import { FormContext, idOf, ShapesContext, type Form } from './form-context.ts'
import { kindOf, textOf, titleOf, withoutNull, type Path, type Schema } from './schema.ts'
import { dotted, pointerOf } from './values.ts'

/** A panel for each group of the schema; what stands alone shares the first one. */
export function ConfigForm({ form, title }: { readonly form: Form; readonly title: string }): ReactNode {
  const { root } = form
  const required = new Set<unknown>(Array.isArray(root['required']) ? root['required'] : [])
  const properties = Object.entries(root.properties ?? {})
  const isOwn = (name: string, given: unknown): boolean => {
    const { schema, nullable } = withoutNull(given, root)
    const { kind } = kindOf(schema, root)
    return (kind === 'group' || kind === 'variants') && !nullable && !form.secrets.some((each) => each.path === name)
  }
  const alone = properties.filter(([name, given]) => !isOwn(name, given))
  const isPlain = properties.length === 0
  return (
    <ShapesContext value={shapes}>
      <FormContext value={form}>
        {(alone.length > 0 || isPlain) && (
          <Panel title={textOf(root['title']) ?? title} text={textOf(root['description'])} path={[]}>
            {isPlain ? (
              <Field path={[]} schema={root} required />
            ) : (
              <div className="fields">
                {alone.map(([name, given]) => (
                  <Field key={name} path={[name]} schema={given} required={required.has(name)} />
                ))}
              </div>
            )}
          </Panel>
        )}
        {properties
          .filter(([name, given]) => isOwn(name, given))
          .map(([name, given]) => {
            const { schema } = withoutNull(given, root)
            return <Own key={name} path={[name]} schema={schema} />
          })}
      </FormContext>
    </ShapesContext>
  )
}

function Own({ path, schema }: { readonly path: Path; readonly schema: Schema }): ReactNode {
  return (
    <FormContext.Consumer>
      {(form) => {
        if (form === null) return null
        const kind = kindOf(schema, form.root)
        const title = titleOf(schema, path.at(-1) ?? '')
        return (
          <Panel title={title} text={textOf(schema['description'])} path={path}>
            {kind.kind === 'group' ? (
              <Group path={path} schema={schema} />
            ) : (
              <Control kind={kind} path={path} schema={schema} value={form.valueOf(path)} title={title} required />
            )}
          </Panel>
        )
      }}
    </FormContext.Consumer>
  )
}

interface PanelProps {
  readonly title: string
  readonly text?: string | undefined
  readonly path: Path
  readonly children: ReactNode
}

export function Panel({ title, text, path, children }: PanelProps): ReactNode {
  const id = `panel-${dotted(path) || 'root'}`
  return (
    <section className="panel formPanel" aria-labelledby={id} data-path={dotted(path)}>
      <h2 id={id}>
        <bdi>{title}</bdi>
      </h2>
      {text !== undefined && <p className="ink2 panelText">{text}</p>}
      {children}
      <FormContext.Consumer>
        {(form) => {
          const error = path.length === 0 ? undefined : form?.errors.get(pointerOf(['config', ...path]))
          return error === undefined ? null : <FieldError id={`${idOf(path)}-error`} text={error} />
        }}
      </FormContext.Consumer>
    </section>
  )
}

/** What keeps a form from being saved: each is a link to its field. */
export function ErrorSummary({ errors, form }: { readonly errors: ReadonlyMap<string, string>; readonly form: Form }): ReactNode {
  const { t } = useWords()
  if (errors.size === 0) return null
  const go = (pointer: string): void => {
    const steps = stepsOf(pointer)
    const path = steps[0] === 'config' ? steps.slice(1) : steps
    // The nearest that is there: a server may point deeper than a form shows.
    for (let length = path.length; length >= 0; length--) {
      const target =
        document.querySelector<HTMLElement>(`[id="${CSS.escape(idOf(path.slice(0, length)))}"]`) ??
        document.querySelector<HTMLElement>(
          `[data-path="${CSS.escape(path.slice(0, length).join('.'))}"] :is(input, textarea, select, button)`,
        )
      if (target !== null) {
        target.scrollIntoView({ block: 'center' })
        target.focus()
        return
      }
    }
  }
  return (
    <div className="strip danger summary" role="alert">
      <p className="grow">
        <strong>{t('form.notSaved', { count: errors.size })}</strong>{' '}
        {[...errors.keys()].map((pointer, at) => (
          <span key={pointer}>
            {at > 0 && ', '}
            <button type="button" className="underlined" onClick={() => go(pointer)}>
              {nameOf(pointer, form)}
            </button>
          </span>
        ))}
      </p>
    </div>
  )
}

function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function nameOf(pointer: string, form: Form): string {
  const [first, ...path] = stepsOf(pointer)
  if (first !== 'config') return titleOf({}, first ?? '')
  let schema = form.root
  for (const step of path)
    schema = withoutNull(schema.properties?.[step] ?? schema['items'] ?? schema['additionalProperties'], form.root).schema
  return titleOf(schema, path.at(-1) ?? 'config')
}
