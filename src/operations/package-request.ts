import { dirname, extname, resolve } from 'node:path'
import { parseCreatedBy, type CreatedBy } from '../cnb/created-by.js'
import { decodePackageConfig, locateInPackage, namesBothKinds } from '../cnb/decode-package.js'
import { parseFlatten } from '../cnb/flatten-flag.js'
import type { ModuleId, ModuleKind } from '../cnb/module.js'
import { unconfigured, type PackageConfig } from '../cnb/package-config.js'
import { CnbError, type Report } from '../errors.js'
import { readNamedFile } from '../read-file.js'
import type { TomlDocument } from '../toml/document.js'
import { parseToml } from '../toml/parse.js'
import type { Host } from './host.js'
import type { ImageOptions } from './image-options.js'
import { checkPullPolicy, readImageRequest, type ImageRequest } from './image-request.js'
import { checkNotDescriptor, checkNotOther } from './other-file.js'
import type { PackageOptions } from './package-options.js'
import type { Problems } from './problems.js'
import type { NamingFile } from './source-context.js'

/** What was asked for, parsed: nothing that it points to was looked at yet. */
export interface PackageRequest extends ImageRequest {
  readonly options: Pick<PackageOptions, 'kind' | 'limits' | 'allowAbsoluteSymlinks'>
  /** What the image is called; undefined when it is a file. */
  readonly imageName: string | undefined
  /** None without a package.toml. */
  readonly document: TomlDocument | undefined
  readonly config: PackageConfig
  /** package.toml; without one, what the flags say. */
  readonly file: NamingFile
  readonly createdBy: CreatedBy | undefined
  /** undefined unless `--flatten` is given. */
  readonly flatten: { readonly exclude: readonly ModuleId[] } | undefined
}

/** Reads package.toml and the flags. All that is wrong goes to `problems`, and ends the run where there is nothing to go on with. */
export async function readPackageRequest(
  options: PackageOptions,
  host: Host,
  problems: Problems,
): Promise<PackageRequest> {
  const { attempt, report } = problems
  const asked = await attempt(() => imageOptions(options, report))
  // What NAME is, is not known where the flags contradict each other.
  const flags = { ...(asked ?? { ...options, name: undefined }), example: 'registry.example/acme/java:1' }
  const common = await readImageRequest(flags, host, problems)
  const exclude = await attempt(() =>
    options.flatten ? options.flattenExclude.flatMap((text) => parseFlatten(text, '--flatten-exclude')) : [],
  )
  const createdBy = await attempt(() => (options.createdBy === undefined ? null : parseCreatedBy(options.createdBy)))
  const read = await attempt(() => readConfig(options, host, problems))
  if (!asked || !common || !exclude || createdBy === undefined || !read) {
    problems.check()
    throw new Error('a flag was refused without a word')
  }
  if (options.flatten) warnAboutFlatten(report)
  else if (options.flattenExclude.length > 0) warnAboutExclude(report)
  return {
    ...common,
    ...read,
    options,
    imageName: asked.name,
    createdBy: createdBy ?? undefined,
    flatten: options.flatten ? { exclude } : undefined,
  }
}

/** With the format `file` NAME is a file, and one more place to write to. */
function imageOptions(options: PackageOptions, report: Report): ImageOptions {
  const { format = 'image', name, to } = options
  if (format === 'image') return options
  checkPullPolicy(options)
  if (format !== 'file') {
    throw new CnbError('E_USAGE', `unknown format ${format}`, { value: format, hint: 'write image or file' })
  }
  if (/(?:^|\/)\.{0,2}$/.test(name)) {
    throw new CnbError('E_USAGE', `'${name}' names no file`, { value: name, hint: `write FILE${PACKAGE_EXTENSION}` })
  }
  const extension = extname(name)
  if (extension !== '' && extension !== PACKAGE_EXTENSION) {
    report({
      rule: 'package-file-extension',
      severity: 'warning',
      message: `${name} ends in ${extension}, and packages are known by ${PACKAGE_EXTENSION}`,
      place: { file: 'command line' },
      value: name,
      fix: `call it ${name.slice(0, -extension.length)}${PACKAGE_EXTENSION}`,
    })
  }
  if (options.publish) warnAboutPublish(report)
  if (options.tags.length > 0) warnAboutTags(options, report)
  const file = extension === '' ? `${name}${PACKAGE_EXTENSION}` : name
  return { ...options, name: undefined, to: [`oci-archive:${file}`, ...to], publish: false }
}

/** What the files of packages end in. */
const PACKAGE_EXTENSION = '.cnb'

/** What a run without package.toml packages unless `--path` says so. */
const HERE = '.'

function readConfig(
  { kind, config, path, limits }: PackageOptions,
  host: Host,
  { report }: Problems,
): Pick<PackageRequest, 'document' | 'config' | 'file'> | undefined {
  for (const [flag, value] of Object.entries({ config, path })) {
    if (value !== '') continue
    throw new CnbError('E_USAGE', `--${flag} is empty`, { hint: 'say what is packaged, or leave the flag out' })
  }
  if (config === undefined) {
    if (path !== undefined) checkNotDescriptor(path)
    const place = path === undefined ? { file: 'command line' } : { file: '--path' }
    const file = { base: host.cwd, relativeTo: 'the current folder', makes: 'package' as const, locate: () => place }
    return { document: undefined, config: unconfigured(path ?? HERE), file }
  }
  if (path !== undefined) {
    throw new CnbError('E_USAGE', '--config and --path both say what is packaged', {
      hint: 'leave out one of the two; uri in package.toml is what --path would say',
    })
  }
  const bytes = readNamedFile(resolve(host.cwd, config), { shown: config, limit: limits.tomlBytes, flag: 'tomlBytes' })
  const document = parseToml(bytes, { file: config, limits, report })
  if (document === undefined) return undefined
  checkNotOther(document, 'package')
  const decoded = decodePackageConfig(kind, document, report)
  if (namesBothKinds(document)) warnAboutOther(kind, document, report)
  const locate = locateInPackage(kind, document)
  return {
    document,
    config: decoded,
    file: {
      base: dirname(resolve(host.cwd, config)),
      relativeTo: 'package.toml',
      makes: 'package',
      locate,
    },
  }
}

function warnAboutOther(kind: ModuleKind, document: TomlDocument, report: Report): void {
  const other = kind === 'buildpack' ? 'extension' : 'buildpack'
  report({
    rule: 'package-both-kinds',
    severity: 'warning',
    message: `there is a buildpack and an extension; the ${kind} is packaged, and the ${other} is left out`,
    place: document.locate([other, 'uri']),
    fix: 'write a package.toml for each of them',
  })
}

function warnAboutPublish(report: Report): void {
  report({
    rule: 'package-file-publish',
    severity: 'warning',
    message: 'with --format file nothing is published: --publish only says that images are read from registries',
    place: { file: '--publish' },
    fix: 'add --to REFERENCE for a registry that is to get it too, or leave the flag out',
  })
}

/** With `--to docker` the engine gets the tags as names. */
function warnAboutTags({ tags, to }: PackageOptions, report: Report): void {
  if (to.includes('docker')) return
  const value = tags.join(', ')
  report({
    rule: 'package-file-tag',
    severity: 'warning',
    message: `with --format file no registry gets ${value}: it is a name that stands in the file, and in other archives`,
    place: { file: '--tag' },
    value,
    fix: 'add --to REFERENCE for a registry that is to get it, or leave the flag out',
  })
}

function warnAboutFlatten(report: Report): void {
  report({
    rule: 'package-flatten',
    severity: 'warning',
    message: 'with --flatten one layer holds several buildpacks, which the specification of packages does not have',
    place: { file: '--flatten' },
    notes: ['pack calls it experimental'],
    fix: 'leave it out unless engines complain of too many layers',
  })
}

function warnAboutExclude(report: Report): void {
  report({
    rule: 'flatten-exclude-alone',
    severity: 'warning',
    message: '--flatten-exclude says what --flatten leaves alone, and there is no --flatten',
    place: { file: '--flatten-exclude' },
    fix: 'add --flatten, or leave the flag out',
  })
}
