import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import { CodeSender, type Recipient } from './code-sender.ts'

interface Issued {
  readonly digest: Buffer
  readonly until: number
  left: number
}

/** Milliseconds that a code is good for, and how often one may be guessed. */
export const lifetime = 5 * 60_000
export const tries = 5

/** Token of the clock: `() => number`, milliseconds. */
export const NOW: unique symbol = Symbol('now')

/** Issues codes and checks them. It knows of senders what the contract says; which one answers, operators decide. */
@Injectable()
export class Codes {
  readonly #sender: CodeSender
  readonly #now: () => number
  // Kept as digests, under a key of the process. The map stands for a table.
  readonly #key = randomBytes(32)
  readonly #issued = new Map<string, Issued>()

  constructor(@Inject(CodeSender) sender: CodeSender, @Inject(NOW) now: () => number) {
    this.#sender = sender
    this.#now = now
  }

  /** A new code; one before it is worth nothing from now on. */
  async issue(user: string, to: Recipient): Promise<void> {
    const code = String(randomInt(1_000_000)).padStart(6, '0')
    this.#issued.set(user, { digest: this.#digest(user, code), until: this.#now() + lifetime, left: tries })
    await this.#sender.send(to, code)
  }

  /** Good once. */
  redeem(user: string, code: string): boolean {
    const issued = this.#issued.get(user)
    if (issued === undefined) return false
    issued.left--
    const isRight = timingSafeEqual(issued.digest, this.#digest(user, code))
    const isOver = this.#now() >= issued.until
    if (isRight || isOver || issued.left === 0) this.#issued.delete(user)
    return isRight && !isOver
  }

  #digest(user: string, code: string): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([user, code]))
      .digest()
  }
}
