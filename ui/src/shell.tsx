import { Drawer, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import {
  IconAdjustmentsHorizontal,
  IconAlertCircle,
  IconCloudOff,
  IconHistory,
  IconLanguage,
  IconLayoutGrid,
  IconMenu2,
  IconMoon,
  IconSearch,
  IconSun,
  IconTrash,
  IconX,
} from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { useLive } from './api/live.tsx'
import { useMe } from './api/me.ts'
import { useApi } from './api/queries.ts'
import { languages, useWords, type Language } from './messages/index.ts'
import { News } from './news.tsx'
import { Initials } from './parts/initials.tsx'
import { Logo } from './parts/logo.tsx'
import { Menu } from './parts/menu.tsx'
import { TypeIcon } from './parts/type-icon.tsx'
import { Ago } from './parts/time.tsx'
import { useToast } from './parts/toasts.tsx'
import { useSearchParams } from './search-params.ts'

export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  const { t, dir } = useWords()
  const [open, setOpen] = useState(false)
  const [location] = useLocation()
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  // A new page begins at its top, and a screen reader at its title.
  useEffect(() => {
    setOpen(false)
    if (first.current) {
      first.current = false
      return
    }
    window.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [location])
  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {t('nav.skip')}
      </a>
      <header className="topbar only-phone">
        <button type="button" className="iconButton" aria-label={t('nav.menu')} aria-expanded={open} onClick={() => setOpen(true)}>
          <IconMenu2 size={20} aria-hidden="true" />
        </button>
        <Link href="/" className="brandSmall">
          <Logo />
          Plugboard
        </Link>
        <Link href="/?find=" className="iconButton" aria-label={t('nav.find')}>
          <IconSearch size={20} aria-hidden="true" />
        </Link>
      </header>
      <aside className="side hide-phone">
        <Side />
      </aside>
      <Drawer
        opened={open}
        onClose={() => setOpen(false)}
        position={dir === 'rtl' ? 'right' : 'left'}
        size="min(300px, 86vw)"
        withCloseButton={false}
        title={t('nav.menu')}
        transitionProps={{ duration: 0 }}
        removeScrollProps={{ enabled: false }}
        classNames={{ content: 'drawer', header: 'drawerHeader', body: 'drawerBody', overlay: 'veil' }}
      >
        <Side onClose={() => setOpen(false)} />
      </Drawer>
      <main className="main" id="main" tabIndex={-1} ref={main}>
        <StaleNotice />
        {children}
      </main>
      <News />
      <LostNotice />
    </div>
  )
}

function Side({ onClose }: { readonly onClose?: () => void }): ReactNode {
  const { t, number } = useWords()
  const types = useApi('listTypes')
  const { may } = useMe()
  return (
    <div className="sideInner">
      <div className="brand">
        <Link href="/" aria-label="Plugboard">
          <Logo />
        </Link>
        <div>
          <p className="brandName">Plugboard</p>
          <p className="meta">
            <bdi>{location.host}</bdi>
          </p>
        </div>
        {onClose !== undefined && (
          <button type="button" className="iconButton" aria-label={t('close')} onClick={onClose}>
            <IconX size={20} aria-hidden="true" />
          </button>
        )}
      </div>
      <Find />
      <nav className="nav" aria-label={t('nav.label')}>
        <NavLink to="/" icon={<IconLayoutGrid size={16} aria-hidden="true" />} label={t('nav.overview')} />
        <h2>{t('nav.types')}</h2>
        <ul>
          {types.data?.types.map((type) => (
            <li key={type.key}>
              <NavLink
                to={`/types/${encodeURIComponent(type.key)}`}
                icon={<TypeIcon type={type.key} />}
                label={type.label}
                count={
                  type.counts.problems > 0 ? (
                    <span className="navProblem" title={t('nav.problems', { count: type.counts.problems })}>
                      <IconAlertCircle size={14} aria-hidden="true" />
                      {number(type.counts.problems)}
                      <span className="sr">{t('nav.problems', { count: type.counts.problems })}</span>
                    </span>
                  ) : (
                    <span className="navCount">{number(type.counts.total)}</span>
                  )
                }
              />
            </li>
          ))}
        </ul>
        <h2>{t('nav.records')}</h2>
        <NavLink to="/history" icon={<IconHistory size={16} aria-hidden="true" />} label={t('nav.history')} />
        <NavLink to="/removed" icon={<IconTrash size={16} aria-hidden="true" />} label={t('nav.removed')} />
        {may('read') && <NavLink to="/system" icon={<IconAdjustmentsHorizontal size={16} aria-hidden="true" />} label={t('nav.system')} />}
      </nav>
      <Foot />
    </div>
  )
}

function NavLink({
  to,
  icon,
  label,
  count,
}: {
  readonly to: string
  readonly icon: ReactNode
  readonly label: string
  readonly count?: ReactNode
}): ReactNode {
  const [location] = useLocation()
  const current = to === '/' ? location === '/' : location === to || location.startsWith(`${to}/`)
  return (
    <Link href={to} className="navLink" aria-current={current ? 'page' : undefined}>
      {icon}
      <span className="navLabel">
        <bdi>{label}</bdi>
      </span>
      {count}
    </Link>
  )
}

/** Looks for types and instances; what was looked for stands in the address. */
function Find(): ReactNode {
  const { t } = useWords()
  const [location, navigate] = useLocation()
  const [search] = useSearchParams()
  const field = useRef<HTMLInputElement>(null)
  const value = location === '/' ? (search.get('find') ?? '') : ''
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const into = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]') !== null
      if (event.key !== '/' || into || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      field.current?.focus()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [])
  return (
    <div className="search" role="search">
      <IconSearch size={16} aria-hidden="true" />
      <input
        ref={field}
        type="search"
        placeholder={t('nav.find')}
        aria-label={t('nav.find')}
        value={value}
        onChange={(event) =>
          navigate(event.target.value === '' ? '/' : `/?find=${encodeURIComponent(event.target.value)}`, { replace: location === '/' })
        }
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  )
}

function Foot(): ReactNode {
  const { t, language, setLanguage, rich } = useWords()
  const { me } = useMe()
  const { connection, revision } = useLive()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const rights = Object.values(me.permissions).concat([me.everywhere])
  const most = (['configure', 'operate', 'read'] as const).find((each) => rights.some((list) => list.includes(each))) ?? 'read'
  return (
    <footer className="foot">
      <p className={`meta liveLine ${connection.state}`} role="status">
        <span className="dot" aria-hidden="true" />
        <span>
          {connection.state === 'live' && (revision === null ? t('live.on') : rich('live.revision', { revision }))}
          {connection.state === 'connecting' && t('live.connecting')}
          {connection.state === 'lost' && t('live.lost')}
        </span>
      </p>
      <div className="who">
        <Initials name={me.name} />
        <div className="whoText">
          <p>
            <bdi>{me.name}</bdi>
          </p>
          <p className="meta">{t(`may.${most}`)}</p>
        </div>
        <Menu
          label={t('language')}
          target={
            <button type="button" className="iconButton" aria-label={t('language')}>
              <IconLanguage size={16} aria-hidden="true" />
            </button>
          }
          items={Object.entries(languages).map(([key, { name }]) => ({
            label: <span lang={key}>{name}</span>,
            checked: key === language,
            run: () => setLanguage(key as Language),
          }))}
        />
        <button
          type="button"
          className="iconButton"
          aria-label={scheme === 'dark' ? t('scheme.light') : t('scheme.dark')}
          onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
        >
          {scheme === 'dark' ? <IconSun size={16} aria-hidden="true" /> : <IconMoon size={16} aria-hidden="true" />}
        </button>
      </div>
    </footer>
  )
}

/** A database that can't be read: what serves goes on, and what is shown may be old. */
function StaleNotice(): ReactNode {
  const { t } = useWords()
  const { staleSince } = useLive()
  if (staleSince === null) return null
  return (
    <div className="strip warn notice" role="status">
      <IconCloudOff size={16} aria-hidden="true" />
      <p className="grow">
        {t('live.stale')} <Ago at={staleSince} />
      </p>
    </div>
  )
}

/** No connection: told while it lasts, with what can be done. */
function LostNotice(): ReactNode {
  const { t } = useWords()
  const { connection, retry } = useLive()
  const { show, clear } = useToast()
  const state = connection.state
  const since = connection.state === 'lost' ? connection.since : 0
  const was = useRef(state)
  useEffect(() => {
    if (state === 'lost') {
      // A stream ends now and then by itself, and is back at once.
      const timer = setTimeout(
        () =>
          show({
            icon: <IconCloudOff size={16} aria-hidden="true" />,
            text: t('live.lostLong'),
            action: { label: t('tryNow'), run: retry },
            stays: true,
          }),
        1_500,
      )
      was.current = state
      return () => clearTimeout(timer)
    }
    if (was.current === 'lost' && state === 'live') clear()
    was.current = state
    return undefined
  }, [state, since, retry, show, clear, t])
  return null
}
