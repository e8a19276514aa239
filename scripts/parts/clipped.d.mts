/** A script for a page: what is wider than the window, and which texts are cut off. */
export const clipped: string
