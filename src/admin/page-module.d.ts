/** What the build makes of `ui/`, dist/page.js. `imports` in package.json says where it is. */
declare module '#page' {
  export interface PageFile {
    /** Media type. */
    readonly type: string
    /** Its bytes, gzipped, in base64. */
    readonly gzip: string
  }
  /** By path: `index.html`, `assets/…`. */
  export const files: Readonly<Record<string, PageFile>>
}
