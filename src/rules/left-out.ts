/** Rules that other catalogues have and this one has not, with the reason: one sentence each. */
export const LEFT_OUT: Readonly<Record<string, string>> = {}
