import { AllInstancesFailedError, DeadlineError, Rejected } from 'plugboard'
import { describe, expect, test } from 'vitest'
import { arrival, order } from '../test-fixtures.ts'
import { sendAll, type Delivery, type Task } from './send.ts'
import { settle } from './settle.ts'

describe('sending', () => {
  async function* tasks(): AsyncGenerator<Task> {
    for (const [index, id] of ['A', 'B', 'C', 'D', 'E'].entries()) yield { number: index + 1, order: order(id) }
  }

  test('tells what certainly was not sent from what is in doubt, and one failure stops no other', async () => {
    const errors: Record<string, unknown> = {
      A: new AllInstancesFailedError('notifier', 'notify', []),
      B: new Error('socket hang up'),
      C: new DeadlineError('notify()', 5),
      D: new Rejected('no such mailbox'),
    }
    const outcomes = new Map<string, string>()
    await sendAll(tasks(), {
      concurrency: 3,
      notify: async ({ id }) => {
        if (errors[id] !== undefined) throw errors[id]
        return { instance: 'SMTP main', reference: id }
      },
      onDone: (delivery) => outcomes.set(delivery.order.id, delivery.outcome),
    })
    expect(Object.fromEntries(outcomes)).toEqual({ A: 'not sent', B: 'in doubt', C: 'in doubt', D: 'not sent', E: 'sent' })
  })

  test('an order in doubt is sent again only where it did not arrive, a refused one never', async () => {
    const open = (id: string, outcome: 'in doubt' | 'not sent', error: unknown): Delivery => ({
      number: 1,
      at: 0,
      order: order(id),
      outcome,
      error,
    })
    const again: string[] = []
    const settled = await settle(
      [open('A', 'in doubt', new Error('reset')), open('B', 'in doubt', new Error('reset')), open('C', 'not sent', new Rejected('no'))],
      [arrival('A', 'Webhook')],
      async ({ id }) => {
        again.push(id)
        return { instance: 'Maildir', reference: id }
      },
    )
    expect(again).toEqual(['B'])
    expect(settled.map(({ instance }) => instance)).toEqual(['Webhook', 'Maildir', undefined])
  })
})
