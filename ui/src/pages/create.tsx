import { IconExternalLink, IconSearch } from '@tabler/icons-react'
import { useRef, useState, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { codeOf, wasAnswered } from '../api/errors.ts'
import { client, type PluginDetail, type TypeDetail } from '../api/client.ts'
import { idempotencyKey } from '../api/idempotency-key.ts'
import { useMe } from '../api/me.ts'
import { refresh, useApi } from '../api/queries.ts'
import { ConfigForm, ErrorSummary } from '../form/config-form.tsx'
import { useConfigForm } from '../form/use-config-form.ts'
import { useRefusals } from '../form/use-refusals.ts'
import { FormFoot } from '../instance/form-foot.tsx'
import { NamePanel, type Naming } from '../instance/name-panel.tsx'
import { problemOf, SaveProblemStrip, type SaveIntent, type SaveProblem } from '../instance/save-problem.tsx'
import { TestBox, useTester } from '../instance/test-box.tsx'
import { useUnsaved } from '../leave-guard.tsx'
import { useWords } from '../messages/index.ts'
import { Command, Failure, PageHead, Skeleton } from '../parts/page.tsx'
import { PluginGlyph } from '../parts/plugin-glyph.tsx'
import { Socket } from '../parts/socket.tsx'
import { useToast } from '../parts/toasts.tsx'
import { useSearchParams } from '../search-params.ts'

export function CreatePage({ type: key, plugin }: { readonly type: string; readonly plugin?: string }): ReactNode {
  const { t } = useWords()
  const { may } = useMe()
  const type = useApi('getType', { params: { type: key } })
  const plugins = useApi('listPlugins', { params: { type: key } })
  const above = { to: `/types/${encodeURIComponent(key)}`, label: type.data?.label ?? key }
  const chosen = plugins.data?.plugins.find((each) => each.key === plugin)
  const title = chosen === undefined ? t('create.title', { type: type.data?.label ?? key }) : t('create.of', { plugin: chosen.label })
  const step = plugin === undefined ? 0 : 1
  return (
    <>
      <PageHead title={title} above={above} beside={<Steps at={step} />} />
      {!may('configure', key) ? (
        <div className="strip danger" role="alert">
          <p>{t('error.forbidden')}</p>
        </div>
      ) : type.data === undefined || plugins.data === undefined ? (
        type.isError || plugins.isError ? (
          <Failure error={type.error ?? plugins.error} onRetry={() => (void type.refetch(), void plugins.refetch())} />
        ) : (
          <Skeleton lines={6} />
        )
      ) : plugin === undefined ? (
        <Gallery type={type.data} plugins={plugins.data.plugins} />
      ) : chosen === undefined ? (
        <div className="strip danger" role="alert">
          <p>{t('create.unknown', { plugin })}</p>
        </div>
      ) : (
        <NewInstance key={chosen.key} type={type.data} plugin={chosen} />
      )}
    </>
  )
}

const steps = ['create.choose', 'create.fill', 'create.test', 'create.save'] as const

function Steps({ at }: { readonly at: number }): ReactNode {
  const { t } = useWords()
  return (
    <ol className="steps hide-phone">
      {steps.map((step, index) => (
        <li key={step} aria-current={index === at ? 'step' : undefined}>
          <Socket kind={index === at ? 'selected' : index < at ? 'active' : 'disabled'} size={14} />
          {t(step)}
        </li>
      ))}
    </ol>
  )
}

/** Every plugin of the type, to be searched and chosen. One without settings is ready at once. */
function Gallery({ type, plugins }: { readonly type: TypeDetail; readonly plugins: readonly PluginDetail[] }): ReactNode {
  const { t, number, rich } = useWords()
  const [search, setSearch] = useSearchParams()
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const { show } = useToast()
  const [, navigate] = useLocation()
  // Sent again after a lost answer, it creates nothing twice.
  const keys = useRef(new Map<string, string>())
  const q = search.get('q') ?? ''
  const only = search.get('only') ?? ''
  const change = (changes: Readonly<Record<string, string>>): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        for (const [name, value] of Object.entries(changes)) {
          if (value === '') next.delete(name)
          else next.set(name, value)
        }
        return next
      },
      { replace: true },
    )
  const groups: Readonly<Record<string, readonly PluginDetail[]>> = {
    '': plugins,
    unused: plugins.filter((each) => each.instances === 0),
    plain: plugins.filter((each) => each.schema === null),
  }
  const words = q.toLowerCase().split(/\s+/)
  const shown = ((Object.hasOwn(groups, only) ? groups[only] : undefined) ?? plugins).filter((each) =>
    words.every((word) => `${each.key} ${each.label} ${each.description}`.toLowerCase().includes(word)),
  )
  const to = (plugin: PluginDetail): string => `/types/${encodeURIComponent(type.key)}/new/${encodeURIComponent(plugin.key)}`
  const createPlain = async (plugin: PluginDetail): Promise<void> => {
    setBusy(plugin.key)
    setProblem(null)
    const sent = keys.current.get(plugin.key) ?? idempotencyKey()
    keys.current.set(plugin.key, sent)
    try {
      const made = await client.request('createInstance', {
        params: { type: type.key },
        body: { plugin: plugin.key, name: plugin.label },
        idempotencyKey: sent,
      })
      show({ text: t('done.created', { name: made.name }) })
      await refresh()
      navigate(`/types/${encodeURIComponent(type.key)}`)
    } catch (error) {
      if (wasAnswered(error)) keys.current.delete(plugin.key)
      // The name is taken: the form takes another one.
      if (codeOf(error) === 'duplicate_name') navigate(to(plugin))
      else setProblem(error)
    } finally {
      setBusy(null)
    }
  }
  return (
    <>
      {problem !== null && <Failure error={problem} />}
      <div className="toolbar">
        <div className="search">
          <IconSearch size={16} aria-hidden="true" />
          <input
            type="search"
            placeholder={t('create.search', { count: plugins.length })}
            aria-label={t('create.search', { count: plugins.length })}
            value={q}
            onChange={(event) => change({ q: event.target.value })}
          />
        </div>
        <div className="segments" role="group" aria-label={t('filter.plugin')}>
          {(['', 'unused', 'plain'] as const).map((each) => (
            <button key={each} type="button" aria-pressed={only === each} onClick={() => change({ only: each })}>
              {t(each === '' ? 'filter.all' : `create.${each}`)} <span className="count">{number(groups[each]?.length ?? 0)}</span>
            </button>
          ))}
        </div>
      </div>
      {shown.length === 0 ? (
        <div className="empty">
          <h2>{plugins.length === 0 ? t('create.noPlugins') : t('noMatch.text', { text: q })}</h2>
          {plugins.length > 0 && (
            <button type="button" className="link" onClick={() => change({ q: '', only: '' })}>
              {t('noMatch.clear')}
            </button>
          )}
        </div>
      ) : (
        <ul className="gallery">
          {shown.map((plugin) => (
            <li key={plugin.key} className="panel pluginCard">
              <PluginGlyph plugin={plugin} />
              <div className="pluginText">
                <h2>
                  {plugin.schema === null ? (
                    <button type="button" className="pluginPick" aria-busy={busy === plugin.key} onClick={() => void createPlain(plugin)}>
                      <bdi>{plugin.label}</bdi>
                    </button>
                  ) : (
                    <Link className="pluginPick" href={to(plugin)}>
                      <bdi>{plugin.label}</bdi>
                    </Link>
                  )}
                </h2>
                <p className="ink2">
                  <bdi>{plugin.description}</bdi>
                </p>
              </div>
              <p className="pluginFoot meta">
                {plugin.schema === null ? (
                  <span className="badge">{t(busy === plugin.key ? 'working' : 'create.plainBadge')}</span>
                ) : plugin.instances === 0 ? (
                  t('create.notUsed')
                ) : (
                  t('instances', { count: plugin.instances })
                )}
                {plugin.docs !== undefined && (
                  <a href={plugin.docs} target="_blank" rel="noreferrer noopener" aria-label={t('plugin.docsOf', { plugin: plugin.label })}>
                    {t('plugin.docs')}
                    <IconExternalLink size={14} aria-hidden="true" />
                  </a>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
      <div className="empty another">
        <p>{rich('create.another')}</p>
        <Command text="createBoard({ plugins: [YourPlugin] })" />
      </div>
    </>
  )
}

/** Fill in, test, save. */
function NewInstance({ type, plugin }: { readonly type: TypeDetail; readonly plugin: PluginDetail }): ReactNode {
  const { t } = useWords()
  const { may } = useMe()
  const [, navigate] = useLocation()
  const { show } = useToast()
  const [suggested] = useState(plugin.instances === 0 ? plugin.label : '')
  const [named, setNamed] = useState<Naming>({ name: suggested, tags: [] })
  const config = useConfigForm({ plugin, detail: undefined, readOnly: false })
  const refusals = useRefusals(config)
  const [problem, setProblem] = useState<SaveProblem | null>(null)
  const [busy, setBusy] = useState<'saving' | 'testing' | null>(null)
  // Sent again after a lost answer, it creates nothing twice.
  const [key, setKey] = useState(idempotencyKey)
  const [done, setDone] = useState(false)
  const tester = useTester()
  const rename = (next: Naming): void => {
    refusals.forget(next.name === named.name ? '/tags' : '/name')
    setNamed(next)
  }
  const isTouched = config.configChanged || named.name !== suggested || named.tags.length > 0
  useUnsaved(isTouched && !done)

  const passes = (): boolean => refusals.passes(named.name, plugin.schema !== null)
  const save = async (intent: SaveIntent): Promise<void> => {
    const { enable, force } = intent
    setProblem(null)
    if (!passes()) return
    setBusy('saving')
    try {
      const made = await client.request('createInstance', {
        params: { type: type.key },
        body: {
          plugin: plugin.key,
          name: named.name,
          ...(named.tags.length === 0 ? {} : { tags: named.tags }),
          ...(plugin.schema === null ? {} : { config: config.config() }),
          status: enable ? 'active' : 'disabled',
          ...(force ? { force } : {}),
        },
        idempotencyKey: key,
      })
      setDone(true)
      show({ text: t(enable ? 'done.savedEnabled' : 'done.saved', { name: made.name }) })
      await refresh()
      // After the form knows that it may be left.
      setTimeout(() => navigate(`/types/${encodeURIComponent(type.key)}`))
    } catch (error) {
      // Whoever never heard what became of it asks with the same name again.
      if (wasAnswered(error)) setKey(idempotencyKey())
      if (!refusals.refused(error)) setProblem(problemOf(error, intent, t))
    } finally {
      setBusy(null)
    }
  }
  const test = async (): Promise<void> => {
    if (!passes()) return
    setBusy('testing')
    await tester.run(
      'draft',
      (signal) =>
        client.request('testDraft', {
          params: { type: type.key, plugin: plugin.key },
          body: plugin.schema === null ? {} : { config: config.config() },
          signal,
        }),
      refusals.refused,
    )
    setBusy(null)
  }
  return (
    <form
      className="withAside formPage"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (busy === null) void save({ enable: false, force: false })
      }}
    >
      <div className="mainColumn formColumn">
        <ErrorSummary errors={refusals.errors} form={config.form} />
        <SaveProblemStrip problem={problem} onAgain={(intent) => void save(intent)} />
        <NamePanel value={named} stored={undefined} readOnly={false} errors={refusals.errors} onChange={rename} />
        {plugin.schema !== null && <ConfigForm form={config.form} title={t('panel.settings', { plugin: plugin.label })} />}
      </div>
      <div className="asideColumn">
        <TestBox tested={tester.tested} saved={undefined} />
        <div className="panel facts about">
          <PluginGlyph plugin={plugin} />
          <p className="ink2">
            <bdi>{plugin.description}</bdi>
          </p>
        </div>
      </div>
      <div className="footSlot">
        <FormFoot
          type={type.key}
          id={null}
          priority={plugin.priority}
          changes={0}
          isNew
          canEnable={may('operate', type.key)}
          canTest
          busy={busy}
          tested={tester.tested !== null}
          onDiscard={null}
          onTest={() => void test()}
          onSave={(enable) => void save({ enable, force: false })}
        />
      </div>
    </form>
  )
}
