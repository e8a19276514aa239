import { PluginType, type Methods } from 'plugboard'

/** A row of the application's users. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly nick: string
}

/** What a call is chosen by. */
export interface Taste {
  /** Ids of instances, the dearest first. */
  readonly favourites: readonly string[]
}

/**
 * Tells a person something. Their favourites come first, in their order, then the others in the operators'. It is asked again at each step of a failover, with
 * the candidates that are left, so the second favourite stands in for the first one.
 */
export abstract class Channel extends PluginType<Taste>('channel', {
  label: 'Channels',
  select: ({ candidates, context }) => {
    const dearest = context.favourites.find((id) => candidates.some((candidate) => candidate.id === id))
    return candidates.find(({ id }) => id === dearest) ?? candidates[0] ?? null
  },
}) {
  /** Told twice is better than not told, so any failure goes on to the next channel. */
  static readonly methods: Methods<Channel> = { notify: 'repeatable' }
  abstract notify(person: Person, text: string): Promise<void>
}
