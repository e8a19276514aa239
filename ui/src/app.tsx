import { createTheme, DirectionProvider, localStorageColorSchemeManager, MantineProvider, useDirection } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { Route, Router, Switch } from 'wouter'
import { queries, useApi } from './api/queries.ts'
import { LiveProvider } from './api/live.tsx'
import { MeContext } from './api/me.ts'
import { base } from './base.ts'
import { LeaveGuard, guardedNav } from './leave-guard.tsx'
import { useWords } from './messages/index.ts'
import { WordsProvider } from './messages/provider.tsx'
import { Overview } from './pages/overview.tsx'
import { TypePage } from './pages/type.tsx'
import { Boundary } from './parts/boundary.tsx'
import { Failure, PageHead, Skeleton } from './parts/page.tsx'
import { Clock } from './parts/time.tsx'
import { ToastProvider } from './parts/toasts.tsx'
import { Shell } from './shell.tsx'

const InstancePage = lazy(() => import('./pages/instance.tsx').then((module) => ({ default: module.InstancePage })))
const CreatePage = lazy(() => import('./pages/create.tsx').then((module) => ({ default: module.CreatePage })))
const HistoryPage = lazy(() => import('./pages/history.tsx').then((module) => ({ default: module.HistoryPage })))
const RemovedPage = lazy(() => import('./pages/removed.tsx').then((module) => ({ default: module.RemovedPage })))
const SystemPage = lazy(() => import('./pages/system.tsx').then((module) => ({ default: module.SystemPage })))

const shades = (name: string): never => Array.from({ length: 10 }, (_, at) => `var(--pb-${name}-${at})`) as never
const theme = createTheme({
  primaryColor: 'cord',
  primaryShade: { light: 6, dark: 5 },
  colors: { cord: shades('cord'), gray: shades('paper') },
  fontFamily: 'inherit',
  defaultRadius: 'sm',
})
const schemes = localStorageColorSchemeManager({ key: 'plugboard.scheme' })
const nonce = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

export function App(): ReactNode {
  return (
    <WordsProvider>
      <DirectionProvider detectDirection={false}>
        <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={schemes} getStyleNonce={nonce}>
          <Direction />
          <QueryClientProvider client={queries}>
            <Clock>
              <Router base={base} aroundNav={guardedNav}>
                <ToastProvider>
                  <Boundary>
                    <SignedIn />
                  </Boundary>
                </ToastProvider>
              </Router>
            </Clock>
          </QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </WordsProvider>
  )
}

function Direction(): ReactNode {
  const { dir } = useWords()
  const { setDirection } = useDirection()
  useEffect(() => setDirection(dir), [dir, setDirection])
  return null
}

function SignedIn(): ReactNode {
  const me = useApi('whoAmI')
  if (me.data === undefined)
    return <main className="alone">{me.isError ? <Failure error={me.error} onRetry={() => void me.refetch()} /> : <Skeleton />}</main>
  return (
    <MeContext value={me.data}>
      <LiveProvider me={me.data.id}>
        <LeaveGuard>
          <Shell>
            <Boundary>
              <Suspense fallback={<Skeleton lines={6} />}>
                <Switch>
                  <Route path="/">
                    <Overview />
                  </Route>
                  <Route path="/types/:type">{({ type }) => <TypePage key={type} type={decoded(type)} />}</Route>
                  <Route path="/types/:type/new">{({ type }) => <CreatePage type={decoded(type)} />}</Route>
                  <Route path="/types/:type/new/:plugin">
                    {({ type, plugin }) => <CreatePage type={decoded(type)} plugin={decoded(plugin)} />}
                  </Route>
                  <Route path="/instances/:id">{({ id }) => <InstancePage key={id} id={id} tab="settings" />}</Route>
                  <Route path="/instances/:id/history">{({ id }) => <InstancePage key={id} id={id} tab="history" />}</Route>
                  <Route path="/history">
                    <HistoryPage />
                  </Route>
                  <Route path="/removed">
                    <RemovedPage />
                  </Route>
                  <Route path="/system">
                    <SystemPage />
                  </Route>
                  <Route>
                    <NotFound />
                  </Route>
                </Switch>
              </Suspense>
            </Boundary>
          </Shell>
        </LeaveGuard>
      </LiveProvider>
    </MeContext>
  )
}

/** An address that was cut off may end in half a character. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function NotFound(): ReactNode {
  const { t } = useWords()
  return <PageHead title={t('notFound.title')} text={t('notFound.text')} above={{ to: '/', label: t('nav.overview') }} />
}
