import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { decodeBuilderConfig, locateInBuilder } from '#src/cnb/decode-builder.js'
import type { BuilderConfig } from '#src/cnb/builder-config.js'
import type { Diagnostic } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image, ImageIndex } from '#src/oci/image.js'
import type { ImagePlace, SourceContext } from '#src/sources/context.js'
import { parseReplacement, Replacements } from '#src/sources/replacements.js'
import { parseToml } from '#src/toml/parse.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'

export const GOLDEN = resolve(import.meta.dirname, '../../fixtures/golden')

/** The workspace of the golden cases, made anew. */
export function materialise(): string {
  const target = join(mkdtempSync(join(tmpdir(), 'trowel-golden-')), 'work')
  execFileSync(process.execPath, [join(GOLDEN, 'inputs/materialise.mjs'), target])
  return target
}

/** As the golden README says which layouts stood in the registry under which names. */
function goldenReplacements(): string[] {
  const layouts = (folder: string, repository: string): string[] =>
    readdirSync(join(GOLDEN, 'inputs', folder)).map(
      (name) => `golden.test/${repository}/${name}:1=oci:${join(GOLDEN, 'inputs', folder, name)}`,
    )
  const base = (reference: string, name: string): string => `${reference}=oci:${join(GOLDEN, 'inputs/bases', name)}`
  return [
    ...layouts('bases', 'base'),
    ...layouts('packages', 'pkg'),
    base('golden.test/lifecycle:1', 'lifecycle-image'),
    base('golden.test/lifecycle-relative:1', 'lifecycle-relative'),
    base('golden.test/mirror/a:1', 'run'),
    base('golden.test/mirror/run-stack:1', 'run-stack'),
    base('golden.test/m2/run:x', 'run-stack'),
    // Two files name images by the registry in which they were made.
    base('REGISTRY/lifecycle:1', 'lifecycle-image'),
  ]
}

export interface TestSource {
  readonly config: BuilderConfig
  readonly context: SourceContext
  readonly reported: readonly Diagnostic[]
}

/** What sources need to know of a builder.toml, with `flags` for `--replace`. */
export function sourceOf(
  file: string,
  flags: readonly string[] = goldenReplacements(),
  cwd = dirname(file),
): TestSource {
  const reported: Diagnostic[] = []
  const report = (diagnostic: Diagnostic): void => void reported.push(diagnostic)
  const limits = DEFAULT_LIMITS
  const document = parseToml(readFileSync(file), { file: 'builder.toml', limits, report })
  if (document === undefined) throw new Error(`${file} is no TOML: ${JSON.stringify(reported)}`)
  return {
    config: decodeBuilderConfig(document, report),
    reported,
    context: {
      base: dirname(file),
      cwd,
      locate: locateInBuilder(document),
      replacements: new Replacements(flags.map((flag) => parseReplacement(flag))),
      readImage: (place) => readImage(place, report),
      limits,
      report,
    },
  }
}

async function readImage(place: ImagePlace, report: SourceContext['report']): Promise<Image | ImageIndex> {
  const options = { limits: DEFAULT_LIMITS, report }
  if (place.kind === 'layout') return readLayout(layoutDirectory(place.directory), place.tag, options)
  const dir = mkdtempSync(join(tmpdir(), 'trowel-cnb-'))
  execFileSync('tar', ['xf', place.file, '-C', dir], { stdio: 'ignore' })
  return readLayout(layoutDirectory(dir), undefined, options)
}
