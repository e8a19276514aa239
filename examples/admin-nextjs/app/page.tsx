import { board, Sms } from '../lib/board'

export const dynamic = 'force-dynamic'

/** A page of the application: it uses what operators chose. */
export default async function Page() {
  await board().ready()
  const selected = board().instances(Sms)[0]
  return <p>{selected === undefined ? 'Nobody sends messages yet.' : `${selected.name} sends messages.`}</p>
}
