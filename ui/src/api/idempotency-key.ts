/** A name for a request that creates: sent again with it, it creates nothing twice. `crypto.randomUUID` is not there on a page that came over plain HTTP. */
export function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
