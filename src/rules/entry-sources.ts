import type { BuilderConfig, ModuleEntry } from '../cnb/builder-config.js'
import { classifyLocator, imageLocatorText, type Locator } from '../cnb/locator.js'
import type { ModuleKind } from '../cnb/module.js'
import type { Place } from '../errors.js'
import type { Reference } from '../oci/reference.js'
import type { KeyPath, Locate } from '../toml/document.js'
import { builderAdvice, packageAdvice, type Finding, type ReportFinding, type Rule } from './rule.js'
import type { BuilderSubject, PackageSubject, Pinning } from './subjects.js'

const CONFIG = 'https://buildpacks.io/docs/reference/config/builder-config/'
const PACKAGE = 'https://buildpacks.io/docs/reference/config/package-config/'
/** What pins a download: see `sources/download-address.ts`. */
const PIN = /#sha256=[0-9a-f]{64}$/i
/** In a registry that is this machine nobody listens in. */
const LOOPBACK = /^http:\/\/(?:localhost|127(?:\.[0-9]+){3}|\[::1\])(?:[:/]|$)/i

/** A source as a file names it. */
interface NamedSource {
  readonly locator: Locator
  readonly text: string
  readonly path: KeyPath
}

/** Where the entries of builder.toml say that modules are. */
function sourcesOf({ buildpacks, extensions }: Pick<BuilderConfig, 'buildpacks' | 'extensions'>): NamedSource[] {
  const listed = (kind: ModuleKind, entries: readonly ModuleEntry[]): NamedSource[] =>
    entries.flatMap((entry, index) => sourceOf(entry, [`${kind}s`, index]))
  return [...listed('buildpack', buildpacks), ...listed('extension', extensions)]
}

/** Whether a path is there is not asked: what could be an id of a registry is taken for one. */
function sourceOf({ uri, image }: ModuleEntry, path: KeyPath): NamedSource[] {
  const text = uri === '' ? image : uri
  if (text === '') return []
  const locator = classifyLocator(uri === '' ? imageLocatorText(image) : uri, () => false)
  return [{ locator, text, path: [...path, uri === '' ? 'image' : 'uri'] }]
}

/** Images that a tag names, by whether anybody chose that tag. */
function tagged(sources: readonly NamedSource[]): { readonly chosen: NamedSource[]; readonly floating: NamedSource[] } {
  const images = sources.filter(({ locator }) => locator.kind === 'image' && locator.reference.selector.kind === 'tag')
  return {
    chosen: images.filter((source) => !isFloating(source)),
    floating: images.filter((source) => isFloating(source) && isPlainlyImage(source)),
  }
}

/** A bare word is a folder before it is an image of Docker Hub. */
function isPlainlyImage({ text }: NamedSource): boolean {
  return /[:@]/.test(text)
}

function isFloating({ locator }: NamedSource): boolean {
  return locator.kind === 'image' && isLatest(locator.reference)
}

/** True for what is the newest one, whichever that is. */
export function isLatest({ selector }: Reference): boolean {
  return selector.kind === 'tag' && selector.tag === 'latest'
}

/** One finding for all of `found`. `message` is told how many there are. */
function reportAll(
  found: readonly NamedSource[],
  locate: Locate,
  { message, ...words }: { readonly message: (count: number) => string } & Pick<Finding, 'fix' | 'notes'>,
  report: ReportFinding,
): void {
  const [first, ...others] = found
  if (first === undefined) return
  const places: Place[] = others.map(({ path }) => locate(path))
  report({
    message: message(found.length),
    place: locate(first.path),
    value: first.text,
    ...words,
    ...(places.length === 0 ? {} : { also: places }),
  })
}

/** How images that tags name are pinned: by the digests that they have now, as far as those are known. */
function pinning(found: readonly NamedSource[], pinned: Pinning['pinned']): Pick<Finding, 'fix' | 'notes'> {
  const digests = found.flatMap(({ text }) => (pinned && pinnedText(text, pinned)) ?? [])
  return digests.length === 0 ? { fix: HOW_TO_PIN } : { notes: digests.map((text) => `now: ${text}`), fix: PIN_ALL }
}

function pinnedText(text: string, pinned: NonNullable<Pinning['pinned']>): string | undefined {
  const [, scheme = '', reference = ''] = /^(docker:\/+)?(.*)$/s.exec(text) ?? []
  const by = pinned(reference)
  return by && `${scheme}${by}`
}

const PIN_ALL = 'write what they are now'
/** What is to be done about a tag whose digest is not known. */
export const HOW_TO_PIN = 'write NAME@sha256:…; without --offline, check says which digest the tag has now'

const moduleByTag = builderAdvice({
  id: 'builder-module-by-tag',
  severity: 'warning',
  summary: 'modules are named by tags, so that the same builder.toml makes another builder when a tag moves',
  reference: CONFIG,
  needs: ['config', 'locate', 'document'],
  check({ config, locate, pinned }, report) {
    const message = (count: number): string =>
      `${count === 1 ? 'a module is' : `${count} modules are`} named by a tag, which may mean another image tomorrow`
    const { chosen } = tagged(sourcesOf(config))
    reportAll(chosen, locate, { message, ...pinning(chosen, pinned) }, report)
  },
})

const moduleFloatingTag = builderAdvice({
  id: 'builder-module-floating-tag',
  severity: 'warning',
  summary: 'a module is named by no tag or by latest, so that nobody knows which version goes into a builder',
  reference: CONFIG,
  needs: ['config', 'locate', 'document'],
  check({ config, locate, pinned }, report) {
    const message = (count: number): string =>
      `${count === 1 ? 'a module is' : `${count} modules are`} whatever is called latest when the builder is made`
    const { floating } = tagged(sourcesOf(config))
    reportAll(floating, locate, { message, ...pinning(floating, pinned) }, report)
  },
})

const moduleHttp = builderAdvice({
  id: 'builder-module-http',
  severity: 'error',
  summary: 'a module is fetched over plain http, where anybody on the way can replace it',
  reference: CONFIG,
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    for (const { locator, text, path } of sourcesOf(config)) {
      if (locator.kind !== 'url' || !/^http:/i.test(locator.url) || PIN.test(text) || LOOPBACK.test(text)) continue
      report({
        message: 'a module is fetched over plain http, where anybody on the way can replace it',
        place: locate(path),
        value: text,
        notes: ['trowel refuses it without a pin; pack fetches it'],
        fix: 'write https, or pin the bytes with #sha256=DIGEST at the end',
      })
    }
  },
})

const moduleNoChecksum = builderAdvice({
  id: 'builder-module-no-checksum',
  severity: 'warning',
  summary: 'nothing says which bytes a download is to have',
  reference: CONFIG,
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    const unpinned = sourcesOf(config).filter(
      ({ locator, text }) => locator.kind === 'url' && /^https:/i.test(text) && !PIN.test(text),
    )
    const message = (count: number): string =>
      `${count === 1 ? 'a module is' : `${count} modules are`} downloaded without a checksum`
    reportAll(unpinned, locate, { message, fix: 'add #sha256=DIGEST at the end of the uri' }, report)
  },
})

const bothSources = builderAdvice({
  id: 'builder-entry-both-sources',
  severity: 'warning',
  summary: 'an entry has both uri and image, and only uri counts',
  reference: CONFIG,
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    for (const kind of ['buildpacks', 'extensions'] as const) {
      config[kind].forEach(({ uri, image }, index) => {
        if (uri === '' || image === '') return
        report({
          message: `an entry of ${kind} has both uri and image; uri counts, and image is passed over`,
          place: locate([kind, index, 'image']),
          value: image,
          fix: 'remove image',
        })
      })
    }
  },
})

const locatorAmbiguous = builderAdvice({
  id: 'builder-locator-ambiguous',
  severity: 'warning',
  summary: 'what could be the id of a registry is a path, because something lies there',
  reference: CONFIG,
  needs: ['config', 'locate', 'buildpacks', 'extensions', 'document'],
  check(input, report) {
    for (const { locator, text, path } of sourcesOf(input.config)) {
      const [kind, index] = path
      const [module] = input[kind === 'buildpacks' ? 'buildpacks' : 'extensions'][Number(index)] ?? []
      const isBare = !/^[a-z]+:/.test(text) && (locator.kind === 'registry-id' || locator.kind === 'image')
      if (!isBare || !text.includes('/') || module?.content.kind !== 'directory') continue
      report({
        message: `${text} is taken for the folder of that name, although it could be an id of a registry`,
        place: input.locate(path),
        value: text,
        fix: `write ./${text} for the folder, or urn:cnb:registry:${text} for the registry`,
      })
    }
  },
})

/** Where entries of builder.toml say that modules are. */
export const ENTRY_ADVICE: readonly Rule<BuilderSubject>[] = [
  moduleByTag,
  moduleFloatingTag,
  moduleHttp,
  moduleNoChecksum,
  bothSources,
  locatorAmbiguous,
]

const dependencyByTag = packageAdvice({
  id: 'package-dep-by-tag',
  severity: 'warning',
  summary: 'dependencies are named by tags, so that the same package.toml makes another package when a tag moves',
  reference: PACKAGE,
  needs: ['config', 'locate'],
  check({ config, locate, pinned }, report) {
    // The first entry of a package is the module that it is named after.
    const sources = config.dependencies.flatMap((entry, index) => sourceOf(entry, ['buildpacks', index + 1]))
    const { chosen, floating } = tagged(sources)
    const message = (count: number): string =>
      `${count === 1 ? 'a dependency is' : `${count} dependencies are`} named by a tag, which may mean another image tomorrow`
    const all = [...chosen, ...floating]
    reportAll(all, locate, { message, ...pinning(all, pinned) }, report)
  },
})

/** Where entries of package.toml say that dependencies are. */
export const DEPENDENCY_SOURCE_ADVICE: readonly Rule<PackageSubject>[] = [dependencyByTag]
