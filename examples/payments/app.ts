import express, { type Express } from 'express'
import { AllInstancesFailedError, InstanceNotFoundError, NoInstanceError, Rejected, type Board } from 'plugboard'
import { z } from 'zod'
import { PaymentGateway, type Payment, type Receipt } from './payment-gateway.ts'

type State = 'under way' | 'paid' | 'declined' | 'not charged' | 'in doubt' | 'refunded'

interface Row {
  readonly payment: Payment
  state: State
  receipt?: Receipt
}

const order = z.object({
  id: z.string().min(1).max(40),
  amount: z.int().min(1),
  currency: z.enum(['EUR', 'USD']),
  cards: z.object({ stripe: z.string().optional(), square: z.string().optional() }),
})

/** The shop's till. `rows` stands for its table of payments. */
export function shop(board: Board, rows: Map<string, Row> = new Map<string, Row>()): Express {
  const app = express()
  const gateway = board.use(PaymentGateway)

  // Before express.json(): a signature is over each byte of the body.
  app.post('/webhooks/:gateway', express.text({ type: '*/*' }), async (request, response) => {
    const from = await board.getById(PaymentGateway, request.params.gateway, { allowDisabled: true })
    const notice = await from.notice(String(request.body), (name) => request.get(name) ?? '')
    const row = rows.get(notice?.payment ?? '')
    if (notice !== undefined && row?.state === 'in doubt') Object.assign(row, { state: 'paid', receipt: notice.receipt })
    response.sendStatus(204)
  })

  app.use(express.json())
  app.post('/payments', async (request, response) => {
    const read = order.safeParse(request.body)
    if (!read.success) return void response.status(400).json({ message: z.prettifyError(read.error) })
    const payment: Payment = read.data
    // A second click, or a page that was sent again.
    const known = rows.get(payment.id)
    if (known !== undefined) return void response.status(409).json({ state: known.state })
    const row: Row = { payment, state: 'under way' }
    rows.set(payment.id, row)
    try {
      row.receipt = await gateway.charge(payment)
      row.state = 'paid'
    } catch (error) {
      const isUncharged = error instanceof AllInstancesFailedError || error instanceof NoInstanceError
      row.state = error instanceof Rejected ? 'declined' : isUncharged ? 'not charged' : 'in doubt'
    }
    const status = { paid: 201, declined: 402, 'not charged': 503, 'in doubt': 202 }[row.state as 'paid']
    response.status(status).json({ state: row.state })
  })

  app.get('/payments/:id', (request, response) => {
    const row = rows.get(request.params.id)
    if (row === undefined) return void response.sendStatus(404)
    response.json({ state: row.state })
  })

  app.post('/payments/:id/refund', async (request, response) => {
    const row = rows.get(request.params.id)
    if (row?.receipt === undefined || row.state !== 'paid') return void response.sendStatus(409)
    // Where it was charged, whatever operators have done since.
    const charged = await board.getById(PaymentGateway, row.receipt.gateway, { allowDisabled: true })
    await charged.refund(row.receipt, row.payment)
    row.state = 'refunded'
    response.json({ state: row.state })
  })

  app.use((error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction) => {
    if (error instanceof Rejected || error instanceof InstanceNotFoundError) response.sendStatus(400)
    else next(error)
  })
  return app
}
