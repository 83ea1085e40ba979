import { readLayersLabel } from '../cnb/layers-label.js'
import { LABEL, type LabelSource } from '../cnb/labels.js'
import { readPackageMetadata } from '../cnb/metadata-label.js'
import { moduleName, type ModuleId } from '../cnb/module.js'
import { parseRegistryId, type RegistryId } from '../cnb/registry-id.js'
import { isSemver } from '../cnb/semver.js'
import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { isAttestation } from '../oci/attestation.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { printPlatform } from '../oci/platform.js'

/** What a buildpack registry says of a package, beside where it is. */
export interface ListedPackage {
  readonly id: RegistryId
  readonly version: string
}

/** How a package is looked at. */
export interface ListedPackageOptions {
  /** The image for people. */
  readonly shown: string
  readonly limits: Limits
  readonly signal?: AbortSignal | undefined
}

/**
 * Under which id and version a buildpack registry can list an image: what the labels of all its platforms say.
 *
 * @throws CnbError E_LABEL when it is no buildpackage, E_INDEX_ID, E_INDEX when nobody could find it there
 */
export async function listedPackage(root: Image | ImageIndex, options: ListedPackageOptions): Promise<ListedPackage> {
  const found: { readonly image: Image; readonly main: ModuleId }[] = []
  for await (const image of imagesOf(root, options)) found.push({ image, main: mainOf(image, options) })
  const [first] = found
  if (first === undefined) throw refusal(options, 'E_LABEL', 'has no image for any platform')
  const { main } = first
  const other = found.find((one) => moduleName(one.main) !== moduleName(main))
  if (other !== undefined) {
    const said = [first, other].map(
      ({ image, main }) => `${moduleName(main)} for ${printPlatform(image.config.platform)}`,
    )
    throw refusal(options, 'E_LABEL', `holds ${said.join(' and ')}: an entry stands for one version`)
  }
  return { id: idOf(main, options), version: versionOf(main, options) }
}

/** Every image that somebody may run. */
async function* imagesOf(root: Image | ImageIndex, options: ListedPackageOptions): AsyncGenerator<Image> {
  if (root.kind === 'image') {
    yield root
    return
  }
  for (const child of root.children) {
    if (isAttestation(child.descriptor)) continue
    const read = await child.read(options.signal)
    if (read.kind !== 'artifact') yield* imagesOf(read, options)
  }
}

/** The main module of a buildpackage. */
function mainOf({ config: { labels } }: Image, options: ListedPackageOptions): ModuleId {
  const source: LabelSource = { labels, from: options.shown, limits: options.limits }
  const main = readPackageMetadata(source)?.info
  if (main === undefined) {
    const what = labels.has(LABEL.builderMetadata) ? 'is a builder, and no buildpackage' : 'is no buildpackage'
    throw refusal(options, 'E_LABEL', what, { hint: 'name an image that buildpack package made' })
  }
  const isHeld = (module: ModuleId): boolean => moduleName(module) === moduleName(main)
  if (readLayersLabel(source, 'buildpack')?.some(isHeld) === true) return main
  const value = moduleName(main)
  if (readLayersLabel(source, 'extension')?.some(isHeld) === true) {
    throw refusal(options, 'E_LABEL', `holds the extension ${value}, and a buildpack registry lists buildpacks only`, {
      value,
      hint: 'those who use it name the image: docker://REFERENCE',
    })
  }
  throw refusal(options, 'E_LABEL', `says that it is ${value}, and label ${LABEL.buildpackLayers} does not have that`, {
    value,
    hint: 'make the package again',
  })
}

function idOf({ id }: ModuleId, options: ListedPackageOptions): RegistryId {
  try {
    return parseRegistryId(id)
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    const { message, hint } = error
    throw refusal(options, 'E_INDEX_ID', `holds the buildpack ${id}: ${message}`, { value: id, hint, cause: error })
  }
}

function versionOf({ id, version }: ModuleId, options: ListedPackageOptions): string {
  if (isSemver(version)) return version
  throw refusal(options, 'E_INDEX', `holds version ${version} of ${id}, which is no semver: nobody would find it`, {
    value: version,
    hint: 'publish it under three numbers: 1.0.0',
  })
}

function refusal(
  { shown }: ListedPackageOptions,
  code: 'E_LABEL' | 'E_INDEX' | 'E_INDEX_ID',
  problem: string,
  details: { readonly value?: string; readonly hint?: string | undefined; readonly cause?: unknown } = {},
): CnbError {
  return new CnbError(code, `${shown} ${problem}`, { ...details, place: { file: shown } })
}
