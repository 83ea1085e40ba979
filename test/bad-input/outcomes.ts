import type { ErrorKind } from '#src/errors.js'

/** What an outcome that ends a run is in the table of codes. Whatever is taken, rewritten or tried again ends none. */
export const FAILURES: Readonly<Record<string, ErrorKind>> = {
  REJ: 'refused',
  CFG: 'config',
  NET: 'network',
  AUTH: 'credentials',
  IO: 'disk',
}
