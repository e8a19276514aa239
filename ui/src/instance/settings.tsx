import { useState, type ReactNode } from 'react'
import type { AdminRequestError } from 'plugboard/client'
import { codeOf, fieldErrorsOf, wordsOf } from '../api/errors.ts'
import { client, type Detail, type HistoryEntry, type PluginDetail, type Summary } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { queries, refresh } from '../api/queries.ts'
import { ConfigForm, ErrorSummary } from '../form/config-form.tsx'
import { useConfigForm } from '../form/use-config-form.ts'
import { same, valueAt } from '../form/values.ts'
import type { Json } from '../form/schema.ts'
import { useUnsaved } from '../leave-guard.tsx'
import { useWords } from '../messages/index.ts'
import { useToast } from '../parts/toasts.tsx'
import { ConflictDialog, type Draft } from './conflict-dialog.tsx'
import { Facts } from './facts.tsx'
import { FormFoot } from './form-foot.tsx'
import { NamePanel, type Naming } from './name-panel.tsx'
import { TestBox, useTester } from './test-box.tsx'

interface Props {
  readonly detail: Detail
  readonly plugin: PluginDetail
  readonly history: readonly HistoryEntry[] | undefined
  readonly summary: Summary | undefined
}

interface Conflict {
  readonly theirs: Detail
  readonly who: string
  readonly enable: boolean
}

/** The settings of a saved instance: edited, tested before they are saved, and saved over what was seen and nothing else. */
export function Settings({ detail: latest, plugin, history, summary }: Props): ReactNode {
  const { t } = useWords()
  const { may } = useMe()
  const { show } = useToast()
  // What the form was opened on. Others' changes do not run over what is typed: they are told, and asked about at the save.
  const [detail, setDetail] = useState(latest)
  const replaces = !detail.state.ok && detail.config === null && plugin.schema !== null
  const mayConfigure = may('configure', detail.type) && detail.managedBy === null
  const mayOperate = may('operate', detail.type)
  const naming: Naming = { name: detail.name, tags: detail.tags }
  const [named, setNamed] = useState(naming)
  const config = useConfigForm({ plugin, detail, replaces, history, readOnly: !mayConfigure })
  const [busy, setBusy] = useState<'saving' | 'testing' | null>(null)
  const [problem, setProblem] = useState<{ readonly text: string; readonly force: boolean } | null>(null)
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map())
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const tester = useTester()
  const namingChanges = (named.name === naming.name ? 0 : 1) + (same([...named.tags], [...naming.tags]) ? 0 : 1)
  const changes = config.changed.length + namingChanges
  useUnsaved(changes > 0)

  // Somebody else saved: where nothing was typed the form follows.
  if (latest.revision !== detail.revision && changes === 0 && busy === null) {
    setDetail(latest)
    setNamed({ name: latest.name, tags: latest.tags })
    config.reset(latest.config ?? {})
  }

  const showErrors = (found: ReadonlyMap<string, string>): void => {
    setErrors(found)
    config.showErrors(new Map([...found].filter(([pointer]) => pointer.startsWith('/config'))))
  }
  const refused = (error: unknown): boolean => {
    const fields = fieldErrorsOf(error)
    if (fields.length === 0) return false
    showErrors(
      new Map(
        fields.map(({ pointer, detail: text }) => [
          pointer,
          pointer === '/name' && codeOf(error) === 'duplicate_name' ? t('check.duplicate') : text,
        ]),
      ),
    )
    return true
  }
  const checked = (): boolean => {
    const found = new Map(config.configChanged || replaces ? config.check() : [])
    if (named.name.trim() === '') found.set('/name', t('check.required'))
    showErrors(found)
    return found.size === 0
  }

  const write = async (draft: Draft, on: Detail, enable: boolean, force: boolean): Promise<void> => {
    // Over what somebody made readable meanwhile, it is a change like any other.
    const replacesNow = replaces && on.config === null
    const configDiffers = !same(draft.config, on.config ?? {}) || config.clearSecrets.length > 0
    const saved = await client.request('updateInstance', {
      params: { id: on.id },
      match: on.revision,
      body: {
        ...(draft.name === on.name ? {} : { name: draft.name }),
        ...(same([...draft.tags], [...on.tags]) ? {} : { tags: draft.tags }),
        ...(configDiffers || replacesNow ? { config: draft.config } : {}),
        ...(config.clearSecrets.length > 0 ? { clearSecrets: config.clearSecrets } : {}),
        ...(replacesNow ? { replaceConfig: true } : {}),
        ...(enable ? { status: 'active' as const } : {}),
        ...(force ? { force } : {}),
      },
    })
    setDetail(saved)
    setNamed({ name: saved.name, tags: saved.tags })
    config.reset(saved.config ?? {})
    setErrors(new Map())
    queries.setQueryData(['getInstance', { params: { id: saved.id } }], saved)
    show({ text: t(enable ? 'done.savedEnabled' : 'done.saved', { name: saved.name }) })
  }

  const save = async (
    enable: boolean,
    { force = false, draft, on }: { force?: boolean; draft?: Draft; on?: Detail } = {},
  ): Promise<void> => {
    setProblem(null)
    if (draft === undefined && !checked()) return
    setBusy('saving')
    try {
      await write(draft ?? { ...named, config: config.config() }, on ?? detail, enable, force)
    } catch (error) {
      if (codeOf(error) === 'stale_write') {
        const theirs = (error as AdminRequestError).problem?.current as Detail | undefined
        const fresh = theirs?.id === undefined ? await client.request('getInstance', { params: { id: detail.id } }) : theirs
        const { entries } = await client.request('listInstanceHistory', { params: { id: detail.id }, query: { limit: 1 } })
        setConflict({ theirs: fresh, who: entries[0]?.actor.name ?? t('conflict.somebody'), enable })
      } else if (!refused(error)) setProblem({ text: wordsOf(error, t), force: codeOf(error) === 'trial_build_failed' })
    } finally {
      setBusy(null)
      void refresh()
    }
  }

  const test = async (): Promise<void> => {
    setProblem(null)
    setBusy('testing')
    const params = { id: detail.id }
    try {
      if (!mayConfigure || (changes - namingChanges === 0 && !replaces)) {
        await tester.run(mayConfigure ? 'draft' : 'saved', (signal) =>
          mayConfigure && plugin.schema !== null
            ? client.request('testInstanceDraft', { params, body: { config: config.config() }, signal })
            : client.request('testInstance', { params, body: {}, signal }),
        )
      } else if (checked()) await tester.run('draft', (signal) => testDraft(signal), refused)
    } finally {
      setBusy(null)
      void refresh()
    }
  }
  const testDraft = (signal: AbortSignal) =>
    replaces
      ? client.request('testDraft', { params: { type: detail.type, plugin: detail.plugin }, body: { config: config.config() }, signal })
      : client.request('testInstanceDraft', { params: { id: detail.id }, body: { config: config.config() }, signal })

  const discard = (): void => {
    setDetail(latest)
    setNamed({ name: latest.name, tags: latest.tags })
    config.reset(latest.config ?? {})
    setErrors(new Map())
    setProblem(null)
  }
  const behind = latest.revision !== detail.revision && changes > 0
  return (
    <form
      className="withAside formPage"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (mayConfigure && busy === null && (changes > 0 || replaces)) void save(false)
      }}
    >
      <div className="mainColumn formColumn">
        {!latest.state.ok && (
          <div className="strip danger" role="status">
            <p>
              <bdi>{latest.state.text}</bdi> {replaces && t('settings.replaces')}
            </p>
          </div>
        )}
        {detail.managedBy !== null && (
          <div className="strip note">
            <p>{t('settings.managed', { file: detail.managedBy })}</p>
          </div>
        )}
        {behind && (
          <div className="strip warn" role="status">
            <p>{t('settings.behind')}</p>
          </div>
        )}
        <ErrorSummary errors={errors} form={config.form} />
        {problem !== null && (
          <div className="strip danger" role="alert">
            <p className="grow">{problem.text}</p>
            {problem.force && (
              <button type="button" className="underlined" onClick={() => void save(false, { force: true })}>
                {t('settings.force')}
              </button>
            )}
          </div>
        )}
        <NamePanel value={named} stored={naming} readOnly={!mayConfigure} errors={errors} onChange={setNamed} />
        {plugin.schema === null ? (
          <p className="empty ink2">{t('settings.none')}</p>
        ) : (
          <ConfigForm form={config.form} title={t('panel.settings', { plugin: plugin.label })} />
        )}
      </div>
      <div className="asideColumn">
        <TestBox tested={tester.tested} saved={summary?.lastTest} />
        <Facts detail={latest} plugin={plugin.label} history={history} />
      </div>
      {(mayConfigure || mayOperate) && (
        <div className="footSlot">
          {mayConfigure ? (
            <FormFoot
              type={detail.type}
              id={detail.id}
              priority={detail.priority}
              changes={changes + (replaces ? 1 : 0)}
              isNew={false}
              canEnable={mayOperate && detail.status !== 'active'}
              canTest
              busy={busy}
              tested={tester.tested !== null}
              onDiscard={discard}
              onTest={() => void test()}
              onSave={(enable) => void save(enable)}
            />
          ) : (
            <div className="formFoot">
              <p className="formFootText">{t('settings.readOnly')}</p>
              <div className="formFootActions">
                <button type="button" className="button" onClick={() => void test()} aria-busy={busy === 'testing'}>
                  {t(busy === 'testing' ? 'foot.testing' : 'foot.testSaved')}
                </button>
              </div>
            </div>
          )}
        </div>
      )}
      {conflict !== null && (
        <ConflictDialog
          base={{ name: detail.name, tags: detail.tags, config: detail.config ?? {} }}
          mine={{ ...named, config: config.value }}
          theirs={conflict.theirs}
          who={conflict.who}
          secrets={config.changed.filter((path) => plugin.secrets.some((each) => each.path === path))}
          root={plugin.schema ?? {}}
          onClose={() => setConflict(null)}
          onDiscard={() => {
            setConflict(null)
            discard()
          }}
          onSave={(mix) => {
            setConflict(null)
            void save(conflict.enable, { draft: { ...mix, config: withSecrets(mix.config, config.config(), plugin) }, on: conflict.theirs })
          }}
        />
      )}
    </form>
  )
}

/** The secrets that were typed go with the mix. */
function withSecrets(mix: Json, typed: Json, plugin: PluginDetail): Json {
  const own = plugin.secrets.map(({ path }) => path.split('.')).filter((path) => valueAt(typed, path) !== undefined)
  return own.reduce<Json>((all, path) => put(all, path, valueAt(typed, path) ?? null), mix)
}

function put(root: Json, [step, ...rest]: readonly string[], value: Json): Json {
  if (step === undefined) return value
  const before = typeof root === 'object' && root !== null && !Array.isArray(root) ? (root as { readonly [name: string]: Json }) : {}
  return { ...before, [step]: put(before[step] ?? {}, rest, value) }
}
