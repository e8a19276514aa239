/** See api-report.mjs. */
export declare function reports(options?: { readonly withDocs?: boolean }): Readonly<Record<string, string>>
