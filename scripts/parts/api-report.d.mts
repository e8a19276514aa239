/** See api-report.mjs. */
export declare function reports(): Readonly<Record<string, string>>
