/** What every library says of a field. */
export const said = { title: 'The field', description: 'What it is for' } as const

export const upper = (text: string): string => text.toUpperCase()

/** For libraries without a host name of their own. */
export const hostname: RegExp = /^[a-z\d-]+(?:\.[a-z\d-]+)*$/i
