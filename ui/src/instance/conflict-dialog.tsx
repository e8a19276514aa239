import { useState, type ReactNode } from 'react'
import type { Detail } from '../api/client.ts'
import type { Json, Schema } from '../form/schema.ts'
import { titleOf, withoutNull } from '../form/schema.ts'
import { brief, changedPaths, dotted, same, valueAt, withValueAt } from '../form/values.ts'
import { useWords } from '../messages/index.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Ago } from '../parts/time.tsx'

/** What a form says of an instance, beside its secrets. */
export interface Draft {
  readonly name: string
  readonly tags: readonly string[]
  readonly config: Json
}

interface Props {
  /** As it was when the form was opened. */
  readonly base: Draft
  readonly mine: Draft
  readonly theirs: Detail
  readonly who: string
  readonly secrets: readonly string[]
  readonly root: Schema
  readonly onClose: () => void
  readonly onDiscard: () => void
  /** Saves a mix over what they saved. */
  readonly onSave: (mix: Draft) => void
}

/** Somebody saved in between: theirs, mine, and the choice, field by field. */
export function ConflictDialog({ base, mine, theirs, who, secrets, root, onClose, onDiscard, onSave }: Props): ReactNode {
  const { t, rich } = useWords()
  const whole = (draft: Draft): Json => ({ name: draft.name, tags: [...draft.tags], config: draft.config })
  const was = whole(base)
  const ours = whole(mine)
  const saved = whole({ name: theirs.name, tags: theirs.tags, config: theirs.config ?? {} })
  const paths = [...new Map([...changedPaths(was, ours), ...changedPaths(was, saved)].map((path) => [dotted(path), path])).values()].filter(
    (path) => !same(valueAt(ours, path), valueAt(saved, path)),
  )
  const isMine = (path: readonly (string | number)[]): boolean => !same(valueAt(was, path), valueAt(ours, path))
  const [choice, setChoice] = useState<ReadonlyMap<string, 'theirs' | 'mine'>>(
    () => new Map(paths.map((path) => [dotted(path), isMine(path) ? 'mine' : 'theirs'])),
  )
  const mix = (): Draft => {
    let all: Json = saved
    for (const path of paths) if (choice.get(dotted(path)) === 'mine') all = withValueAt(all, path, valueAt(ours, path)) ?? all
    // Made of three drafts, each of which has all three.
    return all as unknown as Draft
  }
  const shown = (value: Json | undefined): string =>
    value === undefined ? t('form.notSet') : value === true ? t('form.on') : value === false ? t('form.off') : brief(value)
  return (
    <Dialog title={t('conflict.title', { who })} opened onClose={onClose} size={640}>
      <p>
        {t('conflict.text')} <Ago at={theirs.updatedAt} />.
      </p>
      <table className="conflict">
        <thead>
          <tr>
            <th scope="col">{t('history.field')}</th>
            <th scope="col">{t('conflict.theirs')}</th>
            <th scope="col">{t('conflict.mine')}</th>
          </tr>
        </thead>
        <tbody>
          {paths.map((path) => {
            const key = dotted(path)
            const pick = (side: 'theirs' | 'mine', value: Json | undefined, changed: boolean): ReactNode =>
              changed ? (
                <label className="radioLine">
                  <input
                    type="radio"
                    className="radio"
                    name={`conflict-${key}`}
                    checked={choice.get(key) === side}
                    onChange={() => setChoice(new Map(choice).set(key, side))}
                  />
                  <bdi>{shown(value)}</bdi>
                </label>
              ) : (
                <span className="ink2">{t('conflict.same')}</span>
              )
            return (
              <tr key={key}>
                <th scope="row">
                  <bdi>{labelOf(path, root)}</bdi>
                </th>
                <td>{pick('theirs', valueAt(saved, path), true)}</td>
                <td>{pick('mine', valueAt(ours, path), isMine(path))}</td>
              </tr>
            )
          })}
          {secrets.map((secret) => (
            <tr key={secret}>
              <th scope="row">{secret}</th>
              <td className="ink2">{t('conflict.secret')}</td>
              <td>{t('conflict.secretMine')}</td>
            </tr>
          ))}
          {paths.length === 0 && secrets.length === 0 && (
            <tr>
              <td colSpan={3}>{rich('conflict.none')}</td>
            </tr>
          )}
        </tbody>
      </table>
      <div className="dialogActions">
        <button type="button" className="button ghost" onClick={onDiscard}>
          {t('conflict.discard')}
        </button>
        <button type="button" className="button" data-autofocus onClick={onClose}>
          {t('conflict.back')}
        </button>
        <button type="button" className="button primary" onClick={() => onSave(mix())}>
          {t('conflict.save')}
        </button>
      </div>
    </Dialog>
  )
}

function labelOf(path: readonly (string | number)[], root: Schema): string {
  const [first, ...rest] = path
  if (first !== 'config') return titleOf({}, first ?? '')
  let schema = root
  for (const step of rest) schema = withoutNull(schema.properties?.[String(step)] ?? schema['items'], root).schema
  return titleOf(schema, rest.at(-1) ?? 'config')
}
