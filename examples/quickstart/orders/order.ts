import { z } from 'zod'

/** One line of text: no line break or other control character that could end a mail header early. */
const line = (longest: number) =>
  z
    .string('is not a text')
    .transform((text) =>
      text
        .normalize('NFC')
        .trim()
        .replace(/[^\S\r\n]+/gu, ' '),
    )
    .pipe(
      z
        .string()
        .min(1, 'is empty')
        .max(longest, `is longer than ${longest} characters`)
        .regex(/^\P{Cc}*$/u, 'has a line break or another control character in it'),
    )

/** An order as the shop's file holds it. JSON may give the total as a number, CSV can't. */
export const orderSchema = z.object({
  /** Names the order for good: the Message-ID of its mail and the idempotency key of its webhook call. */
  id: z
    .union([z.string(), z.number()], 'is not an id')
    .transform(String)
    .pipe(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'may have letters, digits, dots, dashes and underscores, 64 at most')),
  customer: line(120),
  email: z.email('is not an e-mail address'),
  items: line(500),
  total: z
    .union([z.string(), z.number()], 'is not an amount')
    .transform(String)
    .pipe(z.string().regex(/^\d{1,12}(\.\d{1,3})?$/, 'is not an amount such as 129.90')),
  currency: z.string('is not a text').regex(/^[A-Z]{3}$/, 'is not a currency code such as EUR'),
})

export type Order = z.infer<typeof orderSchema>

export const orderFields = Object.keys(orderSchema.shape) as readonly (keyof Order)[]
