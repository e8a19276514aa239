import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { recall, remember } from '../storage.ts'
import { en } from './en.ts'
import { languages, wordsIn, WordsContext, type Language, type Messages } from './index.ts'

const stored = 'plugboard.language'

/** Speaks the language that was chosen here, or the browser's; a catalogue that is not English is loaded when it is needed. */
export function WordsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [wanted, setWanted] = useState<Language>(chosen)
  const [loaded, setLoaded] = useState<{ readonly language: Language; readonly messages: Messages } | null>(
    wanted === 'en' ? { language: 'en', messages: en } : null,
  )
  useEffect(() => {
    let current = true
    if (wanted === 'en') setLoaded({ language: 'en', messages: en })
    else
      void import('./fa.ts').then(
        ({ fa }) => current && setLoaded({ language: 'fa', messages: fa }),
        // It does not load, after a deployment say: what is spoken already stays.
        () => current && setLoaded((before) => before ?? { language: 'en', messages: en }),
      )
    return () => {
      current = false
    }
  }, [wanted])
  const words = useMemo(
    () =>
      loaded === null
        ? null
        : wordsIn(loaded.language, loaded.messages, (language) => {
            remember(stored, language)
            setWanted(language)
          }),
    [loaded],
  )
  useEffect(() => {
    if (words === null) return
    document.documentElement.lang = words.language
    document.documentElement.dir = words.dir
  }, [words])
  return words === null ? null : <WordsContext value={words}>{children}</WordsContext>
}

function chosen(): Language {
  const said = recall(stored) ?? navigator.language.slice(0, 2)
  return Object.keys(languages).find((language): language is Language => language === said) ?? 'en'
}
