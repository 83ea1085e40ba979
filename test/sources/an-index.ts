import type { Diagnostic } from '#src/errors.js'
import { Cache } from '#src/cache/cache.js'
import { DEFAULT_LIMITS, type Limits } from '#src/limits.js'
import { printReference } from '#src/oci/reference.js'
import { SecretSet } from '#src/secrets.js'
import { RegistryIndex, type RegistryIndexContext } from '#src/sources/registry-index.js'
import { temporaryDirectory } from '../support/directories.js'

export interface TestIndex {
  readonly reported: readonly Diagnostic[]
  readonly secrets: SecretSet
  /** The image of `ID[@VERSION]`. */
  find(text: string): Promise<string>
}

/** What is different from a sound run. */
export type IndexOptions = Partial<Omit<RegistryIndexContext, 'limits' | 'cache'>> & {
  readonly url: string
  readonly limits?: Partial<Limits>
  /** Kept between runs when it is given. */
  readonly cacheDirectory?: string
}

/** A buildpack registry, in a run of its own. */
export function anIndex({ url, limits, cacheDirectory, ...options }: IndexOptions): TestIndex {
  const reported: Diagnostic[] = []
  const secrets = new SecretSet()
  const scratch = temporaryDirectory()
  const index = new RegistryIndex({
    registry: { name: 'test', type: 'github', url },
    schemes: ['file', 'http'],
    offline: false,
    env: { PATH: process.env['PATH'] },
    cwd: scratch,
    cache: new Cache({
      directory: cacheDirectory,
      scratch: () => scratch,
      user: process.getuid?.(),
      now: Date.now,
    }),
    scratch: () => scratch,
    ca: undefined,
    limits: { ...DEFAULT_LIMITS, ...limits },
    secrets,
    tell: () => {},
    report: (diagnostic) => void reported.push(diagnostic),
    ...options,
  })
  return {
    reported,
    secrets,
    async find(text) {
      const [id = '', version = ''] = text.split('@')
      const named = { text, place: { file: 'builder.toml', line: 7 }, what: 'buildpack' }
      return printReference(await index.lookUp({ kind: 'registry-id', id, version }, named))
    },
  }
}
