import { createContext, createElement, Fragment, use, type ReactNode } from 'react'
import { en } from './en.ts'

export type Message = string | { readonly one: string; readonly other: string }
export type MessageKey = keyof typeof en
export type Messages = Readonly<Record<MessageKey, Message>>
export type Values = Readonly<Record<string, string | number>>
export type Translate = (key: MessageKey, values?: Values) => string
export type Language = 'en' | 'fa'
export const languages: Readonly<Record<Language, { readonly name: string; readonly dir: 'ltr' | 'rtl'; readonly locale: string }>> = {
  en: { name: 'English', dir: 'ltr', locale: 'en-GB' },
  fa: { name: 'فارسی', dir: 'rtl', locale: 'fa-IR' },
}

export interface Words {
  readonly language: Language
  readonly dir: 'ltr' | 'rtl'
  readonly locale: string
  readonly t: Translate
  /** The same with **strong** and `code` as elements, and each value kept apart from the direction of the text around it. */
  readonly rich: (key: MessageKey, values?: Values) => ReactNode
  readonly number: (value: number) => string
  readonly setLanguage: (language: Language) => void
}

export const WordsContext = createContext<Words | null>(null)

export function useWords(): Words {
  const words = use(WordsContext)
  if (words === null) throw new Error('useWords stands outside of its provider')
  return words
}

export function hasMessage(key: string): key is MessageKey {
  return Object.hasOwn(en, key)
}

/** The words of a language from its catalogue. */
export function wordsIn(language: Language, messages: Messages, setLanguage: (language: Language) => void): Words {
  const { dir, locale } = languages[language]
  const numbers = new Intl.NumberFormat(locale)
  const plural = new Intl.PluralRules(locale)
  const templateOf = (key: MessageKey, values: Values): string => {
    const message = messages[key]
    if (typeof message === 'string') return message
    return plural.select(Number(values['count'] ?? 0)) === 'one' ? message.one : message.other
  }
  const shown = (value: string | number | undefined): string => (typeof value === 'number' ? numbers.format(value) : (value ?? ''))
  return {
    language,
    dir,
    locale,
    setLanguage,
    number: (value) => numbers.format(value),
    t: (key, values = {}) =>
      templateOf(key, values).replaceAll(/[*`]{1,2}|\{(\w+)\}/g, (mark, name: string | undefined) =>
        name === undefined ? '' : shown(values[name]),
      ),
    rich: (key, values = {}) => richText(templateOf(key, values), (name) => createElement('bdi', null, shown(values[name]))),
  }
}

/** `**strong**`, `` `code` `` and `{value}`, nothing else: what stands in a value is never read as any of it. */
function richText(template: string, valueOf: (name: string) => ReactNode): ReactNode {
  const parts = (text: string): ReactNode[] =>
    text.split(/(\{\w+\})/).map((part, at) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1]
      return createElement(Fragment, { key: at }, name === undefined ? part : valueOf(name))
    })
  return template.split(/(\*\*.+?\*\*|`.+?`)/).map((part, at) => {
    if (part.startsWith('**')) return createElement('strong', { key: at }, parts(part.slice(2, -2)))
    if (part.startsWith('`')) return createElement('code', { key: at, dir: 'ltr' }, parts(part.slice(1, -1)))
    return createElement(Fragment, { key: at }, parts(part))
  })
}
