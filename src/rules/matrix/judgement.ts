/** What came of a module and what it meets. */
export type Verdict =
  | 'fits'
  /** Whoever looks at it refuses it. */
  | 'fits-not'
  /** Of pack, the lifecycle and the specification one takes what another refuses. */
  | 'differs'
  /** Something that decides it is not known here. */
  | 'unknown'
  | 'not-applicable'

/** Every verdict, from the worst to what needs no attention. */
export const VERDICTS: readonly Verdict[] = ['fits-not', 'differs', 'unknown', 'fits', 'not-applicable']

/** Who reads a builder and has a rule of its own. */
export type Reader = 'pack' | 'specification' | 'lifecycle'

/** In the order in which they meet a builder. */
const READERS: readonly Reader[] = ['pack', 'specification', 'lifecycle']

/** One comparison, as one reader makes it. */
export interface Comparison {
  readonly by: Reader
  readonly says: 'fits' | 'fits-not' | 'unknown'
  /** Id in the catalogue. */
  readonly rule: string
  /** Lower case, no full stop; does not name the module, so that many can share it. */
  readonly text: string
  readonly fix?: string | undefined
  /** The rule that says it where another reader decides otherwise. */
  readonly divergence?: string | undefined
}

/** What a reader makes of it all: `silent` when it does not look. */
export interface Opinion {
  readonly by: Reader
  readonly says: Comparison['says'] | 'silent'
  readonly text: string
}

/** The verdict of a cell, and why. Cells with the same verdict for the same reason share it. */
export interface Judgement {
  readonly verdict: Verdict
  /** The rule that decided it: an id in the catalogue. */
  readonly rule: string
  readonly reason: string
  /** pack's and the lifecycle's, and that of the specification where it says something. */
  readonly opinions: readonly Opinion[]
  readonly fix: string | undefined
}

/** What to say when nobody compares anything, and of a reader that does not. */
export interface Silence {
  readonly rule: string
  readonly reason: string
  readonly pack: string
  readonly lifecycle: string
}

/** Where nobody would look at anything. */
export const NOTHING_COMPARED: Silence = {
  rule: 'platform-api-gap',
  reason: 'there is nothing that would have to fit',
  pack: 'compares nothing',
  lifecycle: 'compares nothing',
}

/** The judgement that `comparisons` come to. A reader takes what passes all of its comparisons. */
export function judge(comparisons: readonly Comparison[], silence: Silence): Judgement {
  const opinions = READERS.map((by) => opinionOf(by, comparisons, silence))
  const verdict = verdictOf(new Set(opinions.map(({ says }) => says)))
  const deciding = comparisonFor(verdict, comparisons)
  return {
    verdict,
    rule: (verdict === 'differs' ? deciding?.divergence : undefined) ?? deciding?.rule ?? silence.rule,
    reason: deciding?.text ?? silence.reason,
    opinions: opinions.filter(({ by, says }) => by !== 'specification' || says !== 'silent'),
    fix: deciding?.fix,
  }
}

/** The judgement of what cannot be compared. */
export function undecided(rule: string, reason: string): Judgement {
  const opinions = (['pack', 'lifecycle'] as const).map((by) => ({ by, says: 'unknown' as const, text: reason }))
  return { verdict: 'unknown', rule, reason, opinions, fix: undefined }
}

const WORST_FIRST = ['fits-not', 'unknown', 'fits'] as const

function opinionOf(by: Reader, comparisons: readonly Comparison[], silence: Silence): Opinion {
  const own = comparisons.filter((one) => one.by === by)
  const says = WORST_FIRST.find((word) => own.some((one) => one.says === word))
  if (says === undefined) return { by, says: 'silent', text: by === 'specification' ? '' : silence[by] }
  const texts = new Set(own.filter((one) => one.says === says).map(({ text }) => text))
  return { by, says, text: [...texts].join('; ') }
}

function verdictOf(said: ReadonlySet<Opinion['says']>): Verdict {
  if (said.has('fits-not')) return said.has('fits') ? 'differs' : 'fits-not'
  if (said.has('unknown')) return 'unknown'
  return said.has('fits') ? 'fits' : 'not-applicable'
}

function comparisonFor(verdict: Verdict, comparisons: readonly Comparison[]): Comparison | undefined {
  const wanted = verdict === 'differs' ? 'fits-not' : verdict
  return READERS.flatMap((by) => comparisons.filter((one) => one.by === by)).find(({ says }) => says === wanted)
}
