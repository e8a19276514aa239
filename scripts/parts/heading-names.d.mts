/** See heading-names.mjs. */
export declare function headingNames(headings: readonly string[]): readonly string[]
