import type { SendMailOptions } from 'nodemailer'
import type { Order } from '../orders/order.ts'

const mailDomain = 'shop.example'

/** The mail that tells of an order. Its Message-ID is the order's id, so the same order is the same message wherever it is sent. */
export function messageFor(order: Order, from: string): SendMailOptions {
  return {
    messageId: `<${order.id}@${mailDomain}>`,
    from: { name: 'The Tea and Coffee Shop', address: from },
    to: { name: order.customer, address: order.email },
    subject: `Your order ${order.id}`,
    text: [
      `Hello ${order.customer},`,
      '',
      'thank you for your order. It is being packed.',
      '',
      `Order: ${order.id}`,
      `Items: ${order.items}`,
      `Total: ${order.total} ${order.currency}`,
      '',
    ].join('\n'),
  }
}

/** The order a mail tells of, from its Message-ID; `undefined` for any other mail. */
export function orderIdOf(messageId: string | undefined): string | undefined {
  return /^<([^@<>]+)@shop\.example>$/.exec(messageId ?? '')?.[1]
}
