import { extname } from 'node:path'
import type { Target } from '../cnb/target.js'
import { CnbError, type Diagnostic, type Report } from '../errors.js'
import { parseReference, printReference, printRepository, type Reference, type Repository } from '../oci/reference.js'
import { fileSuffixes, tagSuffixes } from '../plan/platform-names.js'
import type { ImageOptions } from './image-options.js'
import type { ImageRequest } from './image-request.js'
import { checkNamedOnce, type Output, type OutputPlace } from './outputs.js'

/** What says whether the image of each target gets a name of its own, and where. */
interface PlatformOutputs {
  readonly request: Pick<ImageRequest, 'outputs' | 'names'>
  readonly options: Pick<ImageOptions, 'appendImageNameSuffix' | 'publish'>
  /** In the order of the images. */
  readonly targets: readonly (Target | undefined)[]
  readonly report: Report
}

/**
 * The places that are asked for. With `--append-image-name-suffix` the image of each of several targets has a name of its own there
 * beside that of all of them: a file beside each archive, `FILE-OS-ARCH.EXTENSION`, and a tag beside that of a NAME that is published,
 * `TAG-os-arch[-variant]`, without `latest`. They are named as pack names them, after the targets.
 *
 * @throws CnbError E_USAGE when two names would be the same, or one is none
 */
export function platformOutputs({ request, options, targets, report }: PlatformOutputs): readonly Output[] {
  const { outputs, names } = request
  const { appendImageNameSuffix, publish } = options
  if (!appendImageNameSuffix) return outputs
  const hasArchive = outputs.some(({ place }) => place.kind === 'archive' && place.format === 'oci')
  if (!publish && !hasArchive) report(SUFFIX_WITHOUT_PUBLISH)
  const several = targets.filter((target) => target !== undefined)
  if (several.length < 2) return outputs
  // A name that nobody publishes gets no tags beside it.
  const name = publish ? names[0] : undefined
  const named = outputs.map(({ texts, place }) => ({ texts, place: withNames(place, several, name) }))
  checkNamedOnce(named)
  return named
}

const SUFFIX_WITHOUT_PUBLISH: Diagnostic = {
  rule: 'suffix-without-publish',
  severity: 'warning',
  message:
    '--append-image-name-suffix is about the tags of NAME and about archives, and there are none without --publish',
  place: { file: '--append-image-name-suffix' },
  fix: 'add --publish, write to oci-archive:FILE, or leave the flag out',
}

function withNames(place: OutputPlace, targets: readonly Target[], name: Reference | undefined): OutputPlace {
  if (place.kind === 'archive') {
    return { ...place, platformFiles: fileSuffixes(targets).map((suffix) => platformFile(place.file, suffix)) }
  }
  if (place.kind !== 'registry' || name?.selector.kind !== 'tag') return place
  const { repository, selector } = name
  const platformNames = tagSuffixes(targets).map((suffix) => platformName(repository, selector.tag, suffix))
  const all = new Set(place.references.map(printReference))
  const twice = platformNames.map(printReference).find((name) => all.has(name))
  if (twice === undefined) return { ...place, platformNames }
  throw new CnbError('E_USAGE', `${twice} would stand for the images of all targets and for that of one`, {
    value: twice,
    hint: 'give another --tag, or leave out --append-image-name-suffix',
  })
}

function platformName(repository: Repository, tag: string, suffix: string): Reference {
  const text = `${printRepository(repository)}:${tag === 'latest' ? '' : `${tag}-`}${suffix}`
  const name = parseReference(text)
  if (name !== undefined) return name
  throw new CnbError('E_USAGE', `${text} is no name of an image`, {
    value: text,
    hint: 'choose a shorter tag, or leave out --append-image-name-suffix',
  })
}

function platformFile(file: string, suffix: string): string {
  const extension = extname(file)
  const name = extension === '' ? file : file.slice(0, -extension.length)
  return `${name}-${suffix}${extension}`
}
