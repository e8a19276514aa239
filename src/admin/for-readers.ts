import type { Reply } from './reply.ts'

/** Whoever opens the page in a browser without being signed in reads a sentence and not JSON. */
export function forReaders(request: Request, refusal: Reply): Reply {
  const said = refusal.body as { readonly title?: string; readonly detail?: string } | undefined
  if (said?.detail === undefined || request.headers.get('accept')?.includes('text/html') !== true) return refusal
  const [title, detail] = [said.title ?? '', said.detail].map(asText)
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title><h1>${title}</h1><p>${detail}</p></html>`
  const stream = new Blob([html]).stream()
  return { status: refusal.status, stream, headers: { ...refusal.headers, 'content-type': 'text/html; charset=utf-8' } }
}

/** Text as HTML shows it, whatever it quotes. */
function asText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
