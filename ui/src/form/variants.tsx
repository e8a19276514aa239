import { useRef, type ReactNode } from 'react'
import { BoundNote, describing } from './frame.tsx'
import { idOf, useForm, useShapes, type ControlProps } from './form-context.ts'
import { blank, isObject, kindOf, marksOf, textOf, variantOf, type Json, type Schema } from './schema.ts'
import { dotted } from './values.ts'

/** The ways a value may be, as cards. What the ways share is kept when another is chosen, and what was typed in one waits there. */
export function VariantsInput({
  path,
  value,
  title,
  required,
  variants,
}: ControlProps & { readonly variants: readonly Schema[] }): ReactNode {
  const form = useForm()
  const { Control, Group } = useShapes()
  const bag = useRef<Readonly<Record<string, Json>>>({})
  const was = useRef<ReadonlyMap<number, Json>>(new Map())
  const at = variantOf(variants, value, form.root)
  const chosen = variants[at]
  const telling = new Set(variants.flatMap((variant) => marksOf(variant, form.root).map(([name]) => name)))
  const bound = [...new Set([...telling].flatMap((name) => form.boundBy(dotted([...path, name]))))]
  const choose = (next: number): void => {
    const variant = variants[next]
    if (variant === undefined || next === at) return
    if (at !== -1 && value !== undefined) was.current = new Map(was.current).set(at, value)
    if (!isObject(value) && value !== undefined) {
      form.set(path, was.current.get(next) ?? blank(variant, form.root))
      return
    }
    const marks = new Set(chosen === undefined ? [] : marksOf(chosen, form.root).map(([name]) => name))
    bag.current = { ...bag.current, ...Object.fromEntries(Object.entries(value ?? {}).filter(([name]) => !marks.has(name))) }
    if (variant.properties === undefined) {
      form.set(path, was.current.get(next) ?? blank(variant, form.root))
      return
    }
    const own = new Map(marksOf(variant, form.root))
    const names = Object.keys(variant.properties)
    form.set(
      path,
      Object.fromEntries(
        names.flatMap((name): [string, Json][] =>
          own.has(name) ? [[name, own.get(name) ?? null]] : name in bag.current ? [[name, bag.current[name] ?? null]] : [],
        ),
      ),
    )
  }
  return (
    <div className="variants">
      <div className="variantCards" role="radiogroup" aria-label={title}>
        {variants.map((variant, index) => (
          <label key={textOf(variant['title']) ?? index} className={`variantCard ${index === at ? 'isChosen' : ''}`}>
            <input
              type="radio"
              className="radio"
              name={idOf(path)}
              {...(index === Math.max(at, 0) ? describing(path, form.errors) : {})}
              checked={index === at}
              disabled={form.readOnly}
              onChange={() => choose(index)}
            />
            <span>
              <strong>
                <bdi>{textOf(variant['title'])}</bdi>
              </strong>
              <span className="meta">
                <bdi>{textOf(variant['description'])}</bdi>
              </span>
            </span>
          </label>
        ))}
      </div>
      <BoundNote secrets={bound} />
      {chosen !== undefined &&
        (chosen.properties === undefined ? (
          <Control kind={kindOf(chosen, form.root)} path={path} schema={chosen} value={value} title={title} required={required} />
        ) : (
          <Group path={path} schema={chosen} />
        ))}
    </div>
  )
}
