/** Texts that readers of YAML or TOML, or the columns of a table, could trip over; no text holds a control. */
import fc, { type Arbitrary } from 'fast-check'

const WORDS = [
  '~ null Null NULL true TRUE Yes no on oN y n --- ... - ? : , | > . # & * ! % @ ` { [ } ] - # a: :a #a &a *a !a %a @a `a` {a} [a]',
  '0 007 08 0. 1.10 1e3 1e e1 0x1f 0x 0o7 0b1 1_000 1__0 .5 -.5 +1 -1 --1 -0 .inf .NaN 1:2 12:30:45 2020-01-01 2020-1-1',
  '2020-01-01T00:00:00Z übung 模块 e\u0301tude שלום ﬁ Ａ 👨🏽 \ufffd \u200b say"hi" it\'s back\\slash \'\'\' """ $x {{x}} </a>&amp;',
].flatMap((line) => line.split(' '))
const ODD_TEXTS = [
  ...WORDS,
  ...'Acme Web/👩‍🚀 rocket/ before/behind /  /a  b/a: b/a #b/- a/? a/* a/a, b/- /2020-01-01 10:00/\u00a0'.split('/'),
  'x'.repeat(300),
  'word '.repeat(40).trim(),
]

const ODD_TEXT = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 8 }).map(withoutWanted) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }).map(withoutWanted) },
)

const CONTROL = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/

/** Without what we show otherwise on purpose: controls, what pack's TOML takes for one, and what YAML 1.1 takes for operators. */
function withoutWanted(text: string): string {
  const kept = Array.from(text).filter((c) => ((c.codePointAt(0) ?? 0) & 0xffff) > 0x1f && !CONTROL.test(c))
  return kept.join('').replace(/^(?:=|<<)$/, 'x')
}

/** One of these, or an odd one. */
export function randomText(...usual: readonly string[]): Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: ODD_TEXT })
}

/** There half of the time. */
export const maybe = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
/** Missing, `null`, or a list. */
export const list = <T>(item: Arbitrary<T>, maxLength = 3): Arbitrary<readonly T[] | null | undefined> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.array(item, { maxLength }) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, null) },
  )
