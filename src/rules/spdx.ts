import parse from 'spdx-expression-parse'

/** What a text is as a licence expression of SPDX. */
export type LicenseExpression =
  | { readonly kind: 'spdx'; readonly ids: readonly string[] }
  /** `why` completes a sentence that begins with the text. */
  | { readonly kind: 'other'; readonly why: string }

/** Characters of an expression; parsing goes as deep as it is nested. */
const MAX_LENGTH = 1000

/** Reads one licence: `MIT`, `Apache-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0`. @see https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
export function readLicense(text: string): LicenseExpression {
  if (text.length > MAX_LENGTH) return { kind: 'other', why: `has more than ${MAX_LENGTH} characters` }
  const small = /(?<=\s)(?:and|or|with)(?=\s)/.exec(text)?.[0]
  if (small !== undefined)
    return { kind: 'other', why: `has ${small} in small letters, which is ${small.toUpperCase()}` }
  try {
    return { kind: 'spdx', ids: idsOf(parse(text)) }
  } catch {
    return { kind: 'other', why: 'is no SPDX licence expression' }
  }
}

function idsOf(info: parse.Info): string[] {
  return 'license' in info ? [info.license] : [...idsOf(info.left), ...idsOf(info.right)]
}
