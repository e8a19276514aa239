import { IconArrowBackUp, IconCheck } from '@tabler/icons-react'
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { codeOf, wordsOf } from '../api/errors.ts'
import { client, type Status, type Summary, type TypeOrder } from '../api/client.ts'
import { refresh } from '../api/queries.ts'
import { useWords } from '../messages/index.ts'
import { useToast } from '../parts/toasts.tsx'

export type Named = Pick<Summary, 'id' | 'name' | 'status' | 'revision'>

export interface Actions {
  /** What is on its way, by id. */
  readonly pending: ReadonlyMap<string, Status>
  readonly busy: boolean
  /** The order that was asked for and is not answered yet. */
  readonly order: readonly string[] | null
  readonly problem: ReactNode
  readonly dismiss: () => void
  readonly setStatus: (of: readonly Named[], status: Status) => Promise<void>
  /** `from` is the order that the new one was made of. */
  readonly reorder: (ids: readonly string[], from: TypeOrder, said: string) => Promise<void>
  readonly remove: (of: Named) => Promise<boolean>
  /** Says whether it was done. What undoes it gets what the write answered, so that it takes back that and nothing later. */
  readonly act: <T>(what: () => Promise<T>, said: string, undo?: (written: T) => Promise<unknown>) => Promise<boolean>
}

/** What operators do on a list: each is shown at once as under way, told when done, and can be undone. */
export function useActions(type: string): Actions {
  const words = useWords()
  const { t } = words
  const { show } = useToast()
  const [pending, setPending] = useState<ReadonlyMap<string, Status>>(new Map())
  const [order, setOrder] = useState<readonly string[] | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ReactNode>(null)

  const done = useCallback(
    (text: string, undo?: () => void) =>
      show({
        icon: <IconCheck size={16} aria-hidden="true" />,
        text: <bdi>{text}</bdi>,
        ...(undo === undefined ? {} : { action: { label: t('undo'), run: undo } }),
      }),
    [show, t],
  )
  const left = useRef(false)
  useEffect(() => {
    left.current = false
    return () => {
      left.current = true
    }
  }, [])
  const failed = useCallback(
    (error: unknown) => {
      const text = codeOf(error) === 'stale_write' ? t('stale.list') : wordsOf(error, t)
      // Undone from another page: nothing of this one is left to say it.
      if (left.current) show({ text, stays: true })
      else setProblem(text)
    },
    [show, t],
  )
  const attempt = useCallback(
    async <T,>(what: () => Promise<T>): Promise<{ readonly written: T } | undefined> => {
      setBusy(true)
      setProblem(null)
      try {
        return { written: await what() }
      } catch (error) {
        failed(error)
        return undefined
      } finally {
        await refresh()
        setBusy(false)
      }
    },
    [failed],
  )

  const act = useCallback<Actions['act']>(
    async (what, said, undo) => {
      const found = await attempt(what)
      if (found === undefined) return false
      const back = async (undoing: NonNullable<typeof undo>): Promise<void> => {
        if ((await attempt(() => undoing(found.written))) !== undefined) done(t('undone'))
      }
      done(said, undo === undefined ? undefined : () => void back(undo))
      return true
    },
    [attempt, done, t],
  )

  const setStatus = useCallback<Actions['setStatus']>(
    async (of, status) => {
      const changing = of.filter((each) => each.status !== status)
      const [only] = changing
      if (only === undefined) return
      setPending(new Map(changing.map(({ id }) => [id, status])))
      const write = async (): Promise<readonly Pick<Named, 'id' | 'revision'>[]> =>
        changing.length === 1
          ? [await client.request('setStatus', { params: { id: only.id }, body: { status }, match: only.revision })]
          : (await client.request('setStatuses', { body: { status, instances: changing.map(({ id, revision }) => ({ id, revision })) } }))
              .instances
      // Each back to what it was, all in one write.
      const back = (written: readonly Pick<Named, 'id' | 'revision'>[]): Promise<unknown> => {
        const before = new Map(changing.map((each) => [each.id, each.status]))
        const instances = written.map(({ id, revision }) => ({ id, revision, status: before.get(id) ?? only.status }))
        return client.request('setStatuses', { body: { status: only.status, instances } })
      }
      const word = t(`status.${status}`)
      await act(
        write,
        changing.length === 1
          ? t('done.status', { name: only.name, status: word })
          : t('done.statuses', { count: changing.length, status: word }),
        back,
      )
      setPending(new Map())
    },
    [act, t],
  )

  const reorder = useCallback<Actions['reorder']>(
    async (ids, from, said) => {
      setOrder(ids)
      await act(
        () => client.request('reorder', { params: { type }, body: { ids }, match: from.orderRevision }),
        said,
        (after) => client.request('reorder', { params: { type }, body: { ids: from.ids }, match: after.orderRevision }),
      )
      setOrder(null)
    },
    [act, type],
  )

  const remove = useCallback<Actions['remove']>(
    ({ id, name, status, revision }) =>
      act(
        () => client.request('removeInstance', { params: { id }, match: revision }),
        t('done.removed', { name }),
        async () => {
          const back = await client.request('restoreInstance', { params: { id } })
          if (status !== 'disabled') await client.request('setStatus', { params: { id }, body: { status }, match: back.revision })
        },
      ),
    [act, t],
  )

  return useMemo(
    () => ({ pending, busy, order, problem, dismiss: () => setProblem(null), setStatus, reorder, remove, act }),
    [pending, busy, order, problem, setStatus, reorder, remove, act],
  )
}

export const undoIcon: ReactNode = <IconArrowBackUp size={16} aria-hidden="true" />
