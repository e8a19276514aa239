import type { ReactNode } from 'react'
import { codeOf, wordsOf } from '../api/errors.ts'
import { useWords, type Translate } from '../messages/index.ts'

/** What somebody wants of a save. It stays theirs whatever comes in between: a trial that fails, somebody who was faster. */
export interface SaveIntent {
  readonly enable: boolean
  /** Though it can't be built on trial. */
  readonly force: boolean
}

/** Why a save was refused that named no field. */
export interface SaveProblem {
  readonly text: string
  /** What to do all the same, where that may be. */
  readonly again: SaveIntent | null
}

export function problemOf(error: unknown, intent: SaveIntent, t: Translate): SaveProblem {
  return { text: wordsOf(error, t), again: codeOf(error) === 'trial_build_failed' ? { ...intent, force: true } : null }
}

export function SaveProblemStrip({
  problem,
  onAgain,
}: {
  readonly problem: SaveProblem | null
  readonly onAgain: (intent: SaveIntent) => void
}): ReactNode {
  const { t } = useWords()
  if (problem === null) return null
  const { text, again } = problem
  return (
    <div className="strip danger" role="alert">
      <p className="grow">
        <bdi>{text}</bdi>
      </p>
      {again !== null && (
        <button type="button" className="underlined" onClick={() => onAgain(again)}>
          {t(again.enable ? 'settings.forceEnable' : 'settings.force')}
        </button>
      )}
    </div>
  )
}
