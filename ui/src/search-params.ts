import { useCallback, useMemo } from 'react'
import { useLocation } from 'wouter'
import { useSearch } from 'wouter/use-browser-location'

type Change = (next: (before: URLSearchParams) => URLSearchParams, options?: { readonly replace?: boolean }) => void

/** What stands in the address behind the question mark, and how to change it. Read from the address itself: wouter's own decodes it once before it is taken apart. */
export function useSearchParams(): readonly [URLSearchParams, Change] {
  const [, navigate] = useLocation()
  const search = useSearch()
  const params = useMemo(() => new URLSearchParams(search), [search])
  const change = useCallback<Change>(
    (next, options) => {
      const text = next(new URLSearchParams(location.search)).toString()
      // `~`: a whole path, as it stands in the address.
      navigate(`~${location.pathname}${text === '' ? '' : `?${text}`}`, options)
    },
    [navigate],
  )
  return [params, change]
}
