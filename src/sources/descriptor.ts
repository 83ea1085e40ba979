import { decodeModuleDescriptor } from '../cnb/decode-module.js'
import { descriptorFile, type ModuleDescriptor, type ModuleKind } from '../cnb/module.js'
import { CnbError } from '../errors.js'
import { limitHint, type Limits } from '../limits.js'
import { readSmallFile } from '../read-file.js'
import type { Locate, TomlDocument } from '../toml/document.js'
import { parseToml } from '../toml/parse.js'
import type { Named, SourceContext } from './context.js'
import { redactLocator } from '../redact.js'

/** A module's descriptor and where its keys stand. */
export interface ReadDescriptor {
  readonly descriptor: ModuleDescriptor
  readonly locate: Locate
  readonly document: TomlDocument
}

/** The descriptor in `bytes`; what is wrong with it was reported when the result is undefined. */
export function readDescriptor(
  bytes: Uint8Array,
  { kind, file }: { readonly kind: ModuleKind; readonly file: string },
  { limits, report }: Pick<SourceContext, 'limits' | 'report'>,
): ReadDescriptor | undefined {
  const document = parseToml(bytes, { file, limits, report })
  if (document === undefined) return undefined
  const descriptor = decodeModuleDescriptor(kind, document, report)
  return descriptor === undefined ? undefined : { descriptor, locate: document.locate, document }
}

/**
 * The bytes of a descriptor that lies in a folder, or undefined when there is none; `shown` names it.
 *
 * @throws CnbError E_DESCRIPTOR unless it is a file of a sane size, E_IO
 */
export function readDescriptorFile(file: string, shown: string, limits: Limits): Uint8Array | undefined {
  const read = readSmallFile(file, { limit: limits.descriptorBytes, followLink: false })
  switch (read.kind) {
    case 'bytes':
      return read.bytes
    case 'absent':
      return undefined
    case 'not-a-file':
      throw noRegularFile(shown, read.what)
    case 'too-large':
      throw tooLargeDescriptor(shown, limits)
  }
}

/** The error for a descriptor that is something else than a plain file. */
export function noRegularFile(file: string, what: string): CnbError {
  return new CnbError('E_DESCRIPTOR', `${file} is a ${what}, not a file`, {
    place: { file },
    hint: 'put a regular file in its place',
  })
}

/** The error for a descriptor of more bytes than one may have. */
export function tooLargeDescriptor(file: string, { descriptorBytes }: Limits): CnbError {
  return new CnbError('E_DESCRIPTOR', `${file} has more than ${descriptorBytes} bytes`, {
    place: { file },
    hint: limitHint('descriptorBytes'),
  })
}

/** Reports that a module has no descriptor where one must be; `fix` names what was seen instead. */
export function reportNoDescriptor(
  named: Named,
  kind: ModuleKind,
  fix: string | undefined,
  context: SourceContext,
): void {
  const value = redactLocator(named.text)
  context.report({
    rule: 'descriptor-missing',
    severity: 'error',
    message: `the ${named.what} ${value} has no ${descriptorFile(kind)} at its root`,
    place: named.place,
    value,
    fix: fix ?? `name the folder or archive that holds ${descriptorFile(kind)} at its root`,
  })
}

/** What to do about a descriptor that is missing, when `names`, the files that are there, explain it. */
export function explainNoDescriptor(
  names: readonly string[],
  kind: ModuleKind,
  container: 'directory' | 'archive',
): string | undefined {
  const wanted = descriptorFile(kind)
  const other = kind === 'buildpack' ? 'extension' : 'buildpack'
  if (names.includes(descriptorFile(other)))
    return `it has ${descriptorFile(other)}: ${other}s go under [[${other}s]] of builder.toml, or into packages of their own`
  if (names.includes('index.json') && names.some((name) => name.startsWith('blobs/')))
    return 'it looks like an OCI image layout whose file oci-layout is missing: copy it again, with that file'
  const inCase = names.find((name) => name.toLowerCase() === wanted)
  if (inCase !== undefined) return `it has ${inCase}: rename that to ${wanted}`
  const [first, ...others] = names.filter((name) => name.endsWith(`/${wanted}`)).toSorted()
  if (first === undefined) return undefined
  if (others.length > 0) return `found ${first} and ${others.length} more: a source is one module`
  const folder = first.slice(0, -wanted.length - 1)
  return container === 'directory'
    ? `found ${first}; did you mean the folder ${folder} in it?`
    : `found ${first}; make an archive of what is in ${folder}, without that folder`
}
