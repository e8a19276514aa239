import type { Locator } from 'playwright-core'

/** Pastes a text into a field, line ends and all, as a person does from a file: typing would lose them. */
export async function paste(field: Locator, text: string): Promise<void> {
  await field.evaluate((input, given) => {
    const of = globalThis as unknown as Record<
      'DataTransfer' | 'ClipboardEvent',
      new (...given: unknown[]) => { setData: (type: string, text: string) => void }
    >
    const clipboardData = new of.DataTransfer()
    clipboardData.setData('text/plain', given)
    ;(input as unknown as { dispatchEvent: (event: unknown) => void }).dispatchEvent(
      new of.ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  }, text)
}
