/**
 * PAX records: `LENGTH key=value\n`, where the length counts itself and everything up to the newline.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03
 */

/** Keys whose values are header fields. Records of these are made from the fields, never copied. */
export const FIELD_KEYS: ReadonlySet<string> = new Set([
  'atime',
  'ctime',
  'gid',
  'gname',
  'linkpath',
  'mtime',
  'path',
  'size',
  'uid',
  'uname',
])

/** One record in its only spelling. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(key) + Buffer.byteLength(value) + ' =\n'.length
  // Counting itself can make the length one digit longer, which can make it longer once more, not twice.
  let length = rest + String(rest).length
  length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}

/** Seconds since 1970, as `seconds` or `seconds.fraction`. */
const TIME = /^(-?)0*(\d+)(?:\.(\d*))?$/
/** Digits of a fraction that count: nanoseconds. */
const NANO_DIGITS = 9

/** A PAX time in its shortest spelling, nanoseconds being the finest; undefined when `text` is no time. */
export function canonicalTime(text: string): string | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [, sign = '', seconds = '', digits = ''] = match
  const fraction = digits.slice(0, NANO_DIGITS).replace(/0+$/, '')
  if (fraction !== '') return `${sign}${seconds}.${fraction}`
  return seconds === '0' ? '0' : `${sign}${seconds}`
}
