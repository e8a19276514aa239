import { escapeText as text } from './escape.ts'
import { reportStyle } from './report-style.ts'
import { complaints, type Verdict } from './check.ts'
import { timeline, type TimelineOptions } from './timeline.ts'

/** One line of what happened while the orders went out. */
export interface Happening {
  /** Seconds since the first order. */
  readonly seconds: number
  /** Before which order it was. */
  readonly before: number
  readonly text: string
  /** The command an operator typed. */
  readonly command?: string
}

/** One row of the table of orders by instance. */
export interface InstanceRow {
  readonly name: string
  readonly plugin: string
  /** Its status when all was sent. */
  readonly status: string
  readonly address: string
  readonly orders: number
  readonly first: number | undefined
  readonly last: number | undefined
}

export interface Report {
  readonly file: string
  readonly made: Date
  readonly seconds: number
  readonly verdict: Verdict
  readonly rows: readonly InstanceRow[]
  readonly timeline: TimelineOptions
  readonly happenings: readonly Happening[]
  /** Orders that were in doubt, and how that was settled. */
  readonly settled: readonly { readonly id: string; readonly customer: string; readonly how: string }[]
}

/** The report as one HTML file that needs nothing beside it: no script, no font, no request. */
export function reportHtml(report: Report): string {
  const { verdict } = report
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${verdict.ok ? 'Every order arrived once' : 'Orders missing or double'}: Plugboard quickstart</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<header>
<h1>Order notifications, ${verdict.orders} orders</h1>
<p class="meta">From <bdi>${text(report.file)}</bdi>, in ${report.seconds.toFixed(1)} s, ${text(report.made.toISOString().slice(0, 16).replace('T', ' '))} UTC. Plugboard quickstart.</p>
</header>
${verdictHtml(verdict)}
<section aria-labelledby="when">
<h2 id="when">Which instance delivered which order</h2>
<p>Each tick is one order. The cord follows the instance that delivered.${report.settled.length === 0 ? '' : ' Amber ticks were in doubt when a server died, and were settled afterwards.'}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Timeline">${timeline(report.timeline)}</div>
</section>
<section aria-labelledby="by">
<h2 id="by">Orders by instance</h2>
<div class="scroll">${tableHtml(report.rows, verdict)}</div>
</section>
<section aria-labelledby="what">
<h2 id="what">What happened</h2>
<ol class="log">
${report.happenings.map(happeningHtml).join('\n')}
</ol>
</section>
${settledHtml(report.settled)}
</main>
</body>
</html>
`
}

function verdictHtml(verdict: Verdict): string {
  if (verdict.ok) {
    return `<p class="verdict ok"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12.5l4.5 4.5L19 7.5"/></svg>
<span><strong>Every one of ${verdict.orders} orders arrived exactly once.</strong> Counted in the mails, the maildir and the receiver’s log, not in what the program believes.</span></p>`
  }
  const said = complaints(verdict)
  const more = said.length > 50 ? `<li>and ${said.length - 50} more</li>` : ''
  return `<div class="verdict bad"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18"/></svg>
<div><strong>Not every order arrived exactly once.</strong><ul>${said
    .slice(0, 50)
    .map((each) => `<li><bdi>${text(each)}</bdi></li>`)
    .join('')}${more}</ul></div></div>`
}

function tableHtml(rows: readonly InstanceRow[], verdict: Verdict): string {
  const sum = rows.reduce((all, row) => all + row.orders, 0)
  const body = rows.map(
    (
      row,
    ) => `<tr><th scope="row"><bdi>${text(row.name)}</bdi></th><td>${text(row.plugin)}</td><td>${text(row.status)}</td><td><code>${text(row.address)}</code></td>
<td class="number">${row.orders}</td><td class="share"><span style="width:${((100 * row.orders) / Math.max(1, sum)).toFixed(1)}%"></span></td>
<td class="number">${row.first ?? ''}</td><td class="number">${row.last ?? ''}</td></tr>`,
  )
  return `<table>
<thead><tr><th scope="col">Instance</th><th scope="col">Plugin</th><th scope="col">Status at the end</th><th scope="col">Sends to</th><th scope="col" class="number">Arrived</th><th scope="col"><span class="unseen">Share</span></th><th scope="col" class="number">First order</th><th scope="col" class="number">Last order</th></tr></thead>
<tbody>${body.join('\n')}</tbody>
<tfoot><tr><th scope="row" colspan="4">All, of ${verdict.orders} orders</th><td class="number">${sum}</td><td></td><td></td><td></td></tr></tfoot>
</table>`
}

function happeningHtml({ seconds, before, text: said, command }: Happening): string {
  const typed = command === undefined ? '' : `<code class="command">$ ${text(command)}</code>`
  return `<li><span class="when">${seconds.toFixed(1)} s, order ${before}</span><span>${text(said)}${typed}</span></li>`
}

function settledHtml(settled: Report['settled']): string {
  if (settled.length === 0) return ''
  const rows = settled.map(
    ({ id, customer, how }) => `<tr><th scope="row">${text(id)}</th><td><bdi>${text(customer)}</bdi></td><td>${text(how)}</td></tr>`,
  )
  return `<section aria-labelledby="doubt">
<h2 id="doubt">Orders that were in doubt</h2>
<p>They were on their way when a server died. A method marked <code>once</code> is not tried elsewhere then, for nobody can say what the dead server did. The program read back what had arrived and sent only the rest.</p>
<div class="scroll"><table><thead><tr><th scope="col">Order</th><th scope="col">Customer</th><th scope="col">Settled</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
</section>`
}
