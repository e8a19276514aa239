const plain = /^[\u0020-\u007e]*$/
const invisible = /^[\p{Mark}\p{Format}\p{Control}]+$/u
const emoji = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Regional_Indicator}{2}/u
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u
let segmenter: Intl.Segmenter | undefined

/** Columns a text takes in a terminal: emoji and East Asian signs take two, marks and joiners none. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  let width = 0
  for (const { segment } of segmenter.segment(text)) {
    if (!invisible.test(segment)) width += emoji.test(segment) || wide.test(segment) ? 2 : 1
  }
  return width
}
