/** Where the admin is mounted, without a slash at its end: every file of the page lies in `assets/` below it. */
export const base: string = new URL(import.meta.url).pathname.replace(/\/assets\/[^/]*$/, '')
