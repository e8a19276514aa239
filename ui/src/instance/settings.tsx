import { useEffect, useState, type ReactNode } from 'react'
import type { AdminRequestError } from 'plugboard/client'
import { codeOf, wordsOf } from '../api/errors.ts'
import { client, type Detail, type HistoryEntry, type PluginDetail, type Summary } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { keyOf, queries, refresh } from '../api/queries.ts'
import { ConfigForm, ErrorSummary } from '../form/config-form.tsx'
import { useConfigForm } from '../form/use-config-form.ts'
import { useRefusals } from '../form/use-refusals.ts'
import { same } from '../form/values.ts'
import { useUnsaved } from '../leave-guard.tsx'
import { useWords } from '../messages/index.ts'
import { useToast } from '../parts/toasts.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { Facts } from './facts.tsx'
import { FormFoot } from './form-foot.tsx'
import { NamePanel, type Naming } from './name-panel.tsx'
import { problemOf, SaveProblemStrip, type SaveIntent, type SaveProblem } from './save-problem.tsx'
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
  readonly intent: SaveIntent
}

/** What the page shows of an instance from now on. */
function remember(detail: Detail): void {
  queries.setQueryData(keyOf('getInstance', { params: { id: detail.id } }), detail)
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
  const [problem, setProblem] = useState<SaveProblem | null>(null)
  const refusals = useRefusals(config)
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const [resumed, setResumed] = useState<SaveIntent | null>(null)
  const tester = useTester()
  const rename = (next: Naming): void => {
    refusals.forget(next.name === named.name ? '/tags' : '/name')
    setNamed(next)
  }
  const namingChanges = (named.name === naming.name ? 0 : 1) + (same([...named.tags], [...naming.tags]) ? 0 : 1)
  const changes = config.changed.length + namingChanges
  useUnsaved(changes > 0)

  const reopen = (on: Detail, names: Naming): void => {
    setDetail(on)
    setNamed({ name: names.name, tags: names.tags })
  }
  // Somebody else saved: where nothing was typed the form follows.
  if (latest.revision !== detail.revision && changes === 0 && busy === null && resumed === null) {
    reopen(latest, latest)
    config.reset(latest.config ?? {})
  }
  const clearing = config.clearSecrets.length > 0 ? { clearSecrets: config.clearSecrets } : {}
  const passes = (): boolean => refusals.passes(named.name, config.configChanged || replaces)

  const write = async ({ enable, force }: SaveIntent): Promise<void> => {
    const draft = config.config()
    const configDiffers = !same(draft, detail.config ?? {}) || config.clearSecrets.length > 0
    const saved = await client.request('updateInstance', {
      params: { id: detail.id },
      match: detail.revision,
      body: {
        ...(named.name === detail.name ? {} : { name: named.name }),
        ...(same([...named.tags], [...detail.tags]) ? {} : { tags: named.tags }),
        ...(configDiffers || replaces ? { config: draft } : {}),
        ...clearing,
        ...(replaces ? { replaceConfig: true } : {}),
        ...(enable ? { status: 'active' as const } : {}),
        ...(force ? { force } : {}),
      },
    })
    reopen(saved, saved)
    remember(saved)
    config.reset(saved.config ?? {})
    refusals.clear()
    show({ text: t(enable ? 'done.savedEnabled' : 'done.saved', { name: saved.name }) })
  }

  const save = async (intent: SaveIntent): Promise<void> => {
    setProblem(null)
    if (!passes()) return
    setBusy('saving')
    try {
      await write(intent)
    } catch (error) {
      if (codeOf(error) === 'stale_write') await meet(error, intent)
      else if (!refusals.refused(error)) setProblem(problemOf(error, intent, t))
    } finally {
      setBusy(null)
      void refresh()
    }
  }
  const meet = async (error: unknown, intent: SaveIntent): Promise<void> => {
    const theirs = (error as AdminRequestError).problem?.current as Detail | undefined
    const params = { id: detail.id }
    try {
      const fresh = theirs?.id === undefined ? await client.request('getInstance', { params }) : theirs
      const { entries } = await client.request('listInstanceHistory', { params, query: { limit: 1 } })
      setConflict({ theirs: fresh, who: entries[0]?.actor.name ?? t('conflict.somebody'), intent })
    } catch (later) {
      setProblem(problemOf(later, intent, t))
    }
  }
  // A mix is a form like any other: opened on theirs, with what was chosen of mine in it, and saved as was meant.
  useEffect(() => {
    if (resumed === null) return
    setResumed(null)
    void save(resumed)
  }, [resumed])

  const takeOver = async (): Promise<void> => {
    setProblem(null)
    try {
      setDetail(await client.request('takeOverInstance', { params: { id: detail.id }, match: detail.revision, body: {} }))
    } catch (error) {
      setProblem({ text: wordsOf(error, t), again: null })
    } finally {
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
      } else if (passes()) await tester.run('draft', (signal) => testDraft(signal), refusals.refused)
    } finally {
      setBusy(null)
      void refresh()
    }
  }
  const testDraft = (signal: AbortSignal) =>
    replaces
      ? client.request('testDraft', { params: { type: detail.type, plugin: detail.plugin }, body: { config: config.config() }, signal })
      : client.request('testInstanceDraft', { params: { id: detail.id }, body: { config: config.config(), ...clearing }, signal })

  const discard = (): void => {
    reopen(latest, latest)
    config.reset(latest.config ?? {})
    refusals.clear()
    setProblem(null)
  }
  const behind = latest.revision !== detail.revision && changes > 0
  return (
    <form
      className="withAside formPage"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (mayConfigure && busy === null && (changes > 0 || replaces)) void save({ enable: false, force: false })
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
            <p className="grow">{t('settings.managed', { file: detail.managedBy })}</p>
            {may('configure', detail.type) && (
              <button type="button" className="underlined" onClick={() => void takeOver()}>
                {t('settings.takeOver')}
              </button>
            )}
          </div>
        )}
        {behind && (
          <div className="strip warn" role="status">
            <p>{t('settings.behind')}</p>
          </div>
        )}
        <ErrorSummary errors={refusals.errors} form={config.form} />
        <SaveProblemStrip problem={problem} onAgain={(intent) => void save(intent)} />
        <NamePanel value={named} stored={naming} readOnly={!mayConfigure} errors={refusals.errors} onChange={rename} />
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
              onSave={(enable) => void save({ enable, force: false })}
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
            reopen(conflict.theirs, mix)
            remember(conflict.theirs)
            config.put(mix.config)
            setResumed(conflict.intent)
          }}
        />
      )}
    </form>
  )
}
