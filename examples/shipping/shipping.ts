import { AllInstancesFailedError, type Board } from 'plugboard'
import { Carrier, type Parcel, type Quote } from './carrier.ts'

/** What a carrier would do it for. */
export interface Offer extends Quote {
  /** Id of the instance. */
  readonly carrier: string
  readonly name: string
}

/** A carrier that made no offer. */
export interface Silent {
  readonly name: string
  readonly reason: unknown
}

export interface Answers {
  /** The cheapest first; of two that cost the same, the faster. */
  readonly offers: readonly Offer[]
  readonly silent: readonly Silent[]
}

export interface Booking extends Offer {
  readonly tracking: string
}

/** Milliseconds that a carrier may take to make its offer. */
export const patience = 1_000

/**
 * Asks all active carriers at once. Who has not answered in time made no offer, and keeps nobody waiting.
 *
 * @param options.onAnswer told of each answer as it comes, for a page that shows them one by one
 */
export async function askAll(
  board: Board,
  parcel: Parcel,
  { onAnswer = () => {} }: { readonly onAnswer?: (answer: Offer | Silent) => void } = {},
): Promise<Answers> {
  const ask = async ({ id, name }: { readonly id: string; readonly name: string }): Promise<Offer | Silent> => {
    try {
      const quote = await board.use(Carrier, { context: { carrier: id }, deadline: patience }).quote(parcel)
      return { carrier: id, name, ...quote }
    } catch (error) {
      // It said no, is closed, hangs, or has failed so often that it is passed over for a while.
      return { name, reason: error instanceof AllInstancesFailedError ? error.attempts[0]?.error : error }
    }
  }
  const asked = board.instances(Carrier, { status: 'active' }).map(async (carrier) => {
    const answer = await ask(carrier)
    onAnswer(answer)
    return answer
  })
  const answers = await Promise.all(asked)
  return {
    offers: answers.filter((answer) => 'price' in answer).toSorted((a, b) => a.price - b.price || a.days - b.days),
    silent: answers.filter((answer) => 'reason' in answer),
  }
}

/**
 * Books the cheapest carrier. The next one is asked only where the one before certainly did not book: nobody wants two parcels.
 *
 * @throws whatever a carrier threw that may have booked
 */
export async function ship(
  board: Board,
  { offers, silent }: Answers,
  { parcel, order }: { readonly parcel: Parcel; readonly order: string },
): Promise<Booking> {
  for (const offer of offers) {
    try {
      const tracking = await board.use(Carrier, { context: { carrier: offer.carrier } }).book(parcel, order)
      return { ...offer, tracking }
    } catch (error) {
      // With one instance to choose from, this is said only where it threw `Unavailable`, or could not be asked.
      if (!(error instanceof AllInstancesFailedError)) throw error
    }
  }
  throw new AggregateError(
    silent.map(({ reason }) => reason),
    `No carrier takes order ${order}.`,
  )
}
