import type { Arrival } from './job/arrivals.ts'
import type { Order } from './orders/order.ts'

/** For the tests beside the sources. */
export const order = (id: string): Order => ({
  id,
  customer: 'سارا محمدی',
  email: 'sara@example.com',
  items: '1 × Teapot "Isfahan", blue',
  total: '68.50',
  currency: 'EUR',
})

export const arrival = (id: string, instance = 'SMTP main'): Arrival => ({ instance, where: 'a file', order: order(id) })

/** Tags that are opened and not closed, or closed and not opened. */
export function unbalanced(markup: string): readonly string[] {
  const open: string[] = []
  const wrong: string[] = []
  for (const [, slash, name, self] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s(?:[^"'<>]|"[^"]*")*?)?(\/?)>/gi)) {
    if (name === undefined || self === '/' || name === 'meta') continue
    if (slash !== '/') open.push(name)
    else if (open.pop() !== name) wrong.push(`</${name}>`)
  }
  return [...wrong, ...open]
}
