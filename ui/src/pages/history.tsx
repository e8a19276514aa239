import type { ReactNode } from 'react'
import { HistoryList } from '../history/history-list.tsx'
import { useWords } from '../messages/index.ts'
import { PageHead } from '../parts/page.tsx'

export function HistoryPage(): ReactNode {
  const { t } = useWords()
  return (
    <>
      <PageHead title={t('nav.history')} text={t('history.text')} />
      <HistoryList />
    </>
  )
}
