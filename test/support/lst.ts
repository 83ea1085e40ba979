import { GOLDEN } from './golden.js'

interface CompareImage {
  readonly listing: (tar: Uint8Array) => string
}

/** The golden kit's own reader of tars, which shares no code with ours. */
const { listing } = (await import(`${GOLDEN}/tools/compare-image.mjs`)) as CompareImage

/** `tar` in the form of the golden `.lst` files: one line an entry, without the summary. */
export function listTar(tar: Uint8Array): string[] {
  return listing(Buffer.from(tar))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** The first entry in which two listings differ, for people; undefined when they are equal. */
export function firstDifference(actual: readonly string[], expected: readonly string[]): string | undefined {
  const at = expected.findIndex((line, i) => line !== actual[i])
  if (at >= 0) return `entry ${at}\n  is        ${actual[at] ?? 'missing'}\n  should be ${expected[at]}`
  return actual.length > expected.length
    ? `entry ${expected.length} is too many\n  ${actual[expected.length]}`
    : undefined
}
