import type { ReactNode } from 'react'

export function Initials({ name }: { readonly name: string }): ReactNode {
  const words = name.split(/[\s@._-]+/).filter((word) => word !== '')
  const [first = '?'] = words
  const last = words.length > 1 ? words.at(-1) : undefined
  const letters = last === undefined ? Array.from(first).slice(0, 2).join('') : `${Array.from(first)[0] ?? ''}${Array.from(last)[0] ?? ''}`
  return (
    <span className="initials" aria-hidden="true">
      {letters.toUpperCase()}
    </span>
  )
}
