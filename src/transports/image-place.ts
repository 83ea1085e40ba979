import { CnbError } from '../errors.js'

/** Where an image goes, as `--to` says it. */
export interface LayoutPlace {
  readonly kind: 'layout'
  /** As written: relative to the current directory. */
  readonly directory: string
  /** The name of the image in the layout. */
  readonly tag: string | undefined
}

const PREFIX = 'oci:'
const TAGGED = /^(?<directory>.+):(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127})$/s

/** What `oci:DIR[:TAG]` says. The last colon is the one that counts, so a directory with a colon needs a tag. @throws CnbError E_USAGE */
export function parsePlace(text: string): LayoutPlace {
  const rest = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : ''
  if (rest === '' || rest.includes('\0')) {
    throw new CnbError('E_USAGE', 'not a place that an image can be written to', {
      value: text,
      hint: 'write oci:DIR or oci:DIR:TAG',
    })
  }
  const { directory = rest, tag } = TAGGED.exec(rest)?.groups ?? {}
  return { kind: 'layout', directory, tag }
}
