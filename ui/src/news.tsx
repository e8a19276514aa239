import { useEffect, useRef, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { useLive } from './api/live.tsx'
import { storyOf } from './history/story.ts'
import { useWords } from './messages/index.ts'
import { Initials } from './parts/initials.tsx'
import { useToast } from './parts/toasts.tsx'

/** Says what somebody else just did. */
export function News(): ReactNode {
  const words = useWords()
  const { news } = useLive()
  const { show } = useToast()
  const [, navigate] = useLocation()
  const said = useRef('')
  useEffect(() => {
    if (news === null || said.current === news.entry.id) return
    said.current = news.entry.id
    const { entry, others } = news
    const { headline } = storyOf(entry, words)
    show({
      icon: <Initials name={entry.actor.name} />,
      text: (
        <>
          {headline}
          {others > 0 && ` ${words.t('news.more', { count: others })}`}
        </>
      ),
      action: {
        label: words.t('show'),
        run: () => navigate(entry.instance !== null && entry.action !== 'remove' ? `/instances/${entry.instance.id}/history` : '/history'),
      },
    })
  }, [news, words, show, navigate])
  return null
}
