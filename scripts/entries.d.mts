/** See entries.mjs. */
export declare const entries: Readonly<Record<string, string>>
export declare const commands: Readonly<Record<string, string>>
export declare function exportsField(): Readonly<Record<string, unknown>>
