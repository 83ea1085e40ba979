import { readFileSync } from 'node:fs'

/** A recorded answer of pack, as far as these tests use it. @see fixtures/golden/verdicts/README.md */
export interface Verdict {
  readonly id: string
  readonly about: string
  readonly builder?: string
  readonly lifecycle?: string | null
  readonly modules?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly args?: readonly string[]
  readonly pack: {
    readonly exit: number
    readonly reason?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly resolvedOrder?: string
  }
}

/** All recorded answers. */
export function readVerdicts(): readonly Verdict[] {
  return readFileSync('fixtures/golden/verdicts/open.jsonl', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): Verdict => JSON.parse(line))
}

/** The values of a repeatable flag in the order of the command line. */
export function flagValues({ args = [] }: Verdict, ...names: string[]): string[] {
  return args.flatMap((arg, i) => (names.includes(arg) ? [args[i + 1] ?? ''] : []))
}
