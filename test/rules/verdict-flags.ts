import { parseLabelFlags } from '#src/cnb/label-flag.js'
import { parseTargets } from '#src/cnb/target.js'
import { CnbError } from '#src/errors.js'
import type { Platform } from '#src/oci/platform.js'

/** The flags of a verdict, or the code with which they are refused. */
export type VerdictFlags =
  | { readonly labels: ReadonlyMap<string, string>; readonly platforms: readonly Platform[] }
  | { readonly refused: string }

/** Reads the arguments of a verdict as the command line does, with our readers of values. */
export function parseVerdictFlags(args: readonly string[]): VerdictFlags {
  const valuesOf = (...names: string[]): string[] =>
    args.flatMap((arg, i) => (names.includes(arg) ? [args[i + 1] ?? ''] : []))
  try {
    const targets = valuesOf('--target').flatMap(parseTargets)
    return {
      labels: parseLabelFlags(valuesOf('--label', '-l')),
      platforms: targets.map(({ os, arch, variant }) => ({ os, architecture: arch, variant })),
    }
  } catch (error) {
    if (error instanceof CnbError) return { refused: error.code }
    throw error
  }
}
