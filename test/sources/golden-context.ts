import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { decodeBuilderConfig, locateInBuilder } from '#src/cnb/decode-builder.js'
import type { BuilderConfig } from '#src/cnb/builder-config.js'
import { Cache } from '#src/cache/cache.js'
import { CnbError, type Diagnostic } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image, ImageIndex } from '#src/oci/image.js'
import type { ImagePlace } from '#src/oci/place.js'
import type { SourceContext } from '#src/sources/context.js'
import { offline } from '#src/sources/find.js'
import { parseReplacement, Replacements } from '#src/sources/replacements.js'
import { parseToml } from '#src/toml/parse.js'
import { readImageArchive } from '#src/transports/archive.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { temporaryDirectory } from '../support/directories.js'
import { goldenReplacements, goldenInput } from '../support/golden.js'

/** Two golden files name images by the registry in which they were made. */
const REGISTRY = `REGISTRY/lifecycle:1=oci:${goldenInput('bases/lifecycle-image')}`

/** Values of `--replace` for all images of the golden registry. */
function goldenFlags(): string[] {
  return [...goldenReplacements().filter((argument) => argument !== '--replace'), REGISTRY]
}

export interface TestSource {
  readonly config: BuilderConfig
  readonly context: SourceContext
  readonly reported: readonly Diagnostic[]
}

/** What sources need to know of a builder.toml, with `flags` for `--replace`. */
export function sourceOf(file: string, flags: readonly string[] = goldenFlags(), cwd = dirname(file)): TestSource {
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
      relativeTo: 'builder.toml',
      makes: 'builder',
      cwd,
      locate: locateInBuilder(document),
      replacements: new Replacements(flags.map((flag) => parseReplacement(flag))),
      readImage: (place) => readImage(place, report),
      lookUp: (_entry, named) => Promise.reject(offline(named, 'would have to be looked up')),
      download: (_url, named) => Promise.reject(offline(named, 'would have to be downloaded')),
      cache: new Cache({ directory: undefined, scratch: temporaryDirectory, user: undefined, now: Date.now }),
      limits,
      report,
    },
  }
}

async function readImage(place: ImagePlace, report: SourceContext['report']): Promise<Image | ImageIndex> {
  const options = { limits: DEFAULT_LIMITS, report, scratch: temporaryDirectory }
  switch (place.kind) {
    case 'layout':
      return readLayout(layoutDirectory(place.directory), place.tag, options)
    case 'archive':
      return readImageArchive(place.file, options)
    case 'registry':
    case 'engine':
      throw new CnbError('E_OFFLINE', 'there is no network')
  }
}
