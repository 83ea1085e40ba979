import { CnbError } from '../errors.js'
import { Fields } from '../oci/fields.js'
import { manifestKindOf, OCI_INDEX, OCI_MANIFEST } from '../oci/media-type.js'
import { parseJson } from '../oci/json.js'
import type { DecodeOptions } from '../oci/manifest.js'

/** What servers say that do not know what they send. */
const GENERIC: ReadonlySet<string> = new Set([
  '',
  'text/plain',
  'application/json',
  'application/octet-stream',
  'binary/octet-stream',
])

const SCHEMA1 = 'application/vnd.docker.distribution.manifest.v1+json'

/**
 * Of what type a manifest is: what the registry says, where it says something, and else what the manifest says. One that is
 * called one thing and calls itself another would be different things to different readers.
 *
 * @throws CnbError E_MEDIATYPE_CONFUSION, E_JSON, E_MANIFEST
 */
export function manifestTypeOf(contentType: string | undefined, bytes: Uint8Array, options: DecodeOptions): string {
  const said = essenceOf(contentType)
  const fields = Fields.of(parseJson(bytes, options), { file: options.file, code: 'E_MANIFEST' })
  const inner = fields.optionalString('mediaType')
  if (GENERIC.has(said)) return inner ?? typeByStructure(fields)
  if (inner === undefined || inner === said) return said
  throw new CnbError('E_MEDIATYPE_CONFUSION', `${options.file} was sent as ${said}, but says that it is ${inner}`, {
    place: { file: options.file },
    value: inner,
  })
}

/** The type in a header without its parameters; undefined when it is not that of an image or an index. */
export function knownTypeOf(contentType: string | undefined): string | undefined {
  const type = essenceOf(contentType)
  return manifestKindOf(type) === undefined ? undefined : type
}

function essenceOf(contentType: string | undefined): string {
  return (contentType ?? '').replace(/;.*$/s, '').trim().toLowerCase()
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md */
function typeByStructure(fields: Fields): string {
  if (fields.has('manifests')) return OCI_INDEX
  if (fields.has('config')) return OCI_MANIFEST
  if (fields.has('fsLayers')) return SCHEMA1
  throw fields.error('mediaType', 'is missing, and nothing else tells an image from an index')
}
