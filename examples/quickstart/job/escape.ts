const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as it can stand in HTML and SVG, between tags and in quoted attributes. Control characters no document may hold become U+FFFD. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (each) => entities[each] ?? each).replace(/[^\P{Cc}\t\r\n]/gu, '\uFFFD')
}
