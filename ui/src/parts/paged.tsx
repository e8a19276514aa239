import type { ReactNode } from 'react'
import { useWords } from '../messages/index.ts'
import { Failure, Skeleton } from './page.tsx'

interface Props {
  readonly found: {
    readonly data: object | undefined
    readonly error: unknown
    readonly isPending: boolean
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly refetch: () => Promise<unknown>
    readonly fetchNextPage: () => Promise<unknown>
  }
  /** Of what stands there until the first page came. */
  readonly lines: number
  readonly children: ReactNode
}

/** What comes a page at a time: why it can't be had, that it is on its way, or what there is and a button for more. */
export function Paged({ found, lines, children }: Props): ReactNode {
  const { t } = useWords()
  if (found.data === undefined)
    return found.isPending && found.error === null ? (
      <Skeleton lines={lines} />
    ) : (
      <Failure error={found.error} onRetry={() => void found.refetch()} />
    )
  return (
    <>
      {children}
      {found.hasNextPage && (
        <button type="button" className="button more" onClick={() => void found.fetchNextPage()} aria-busy={found.isFetchingNextPage}>
          {t(found.isFetchingNextPage ? 'working' : 'history.more')}
        </button>
      )}
    </>
  )
}
