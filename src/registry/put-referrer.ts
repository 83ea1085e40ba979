import { encodeUtf8 } from '../bytes.js'
import { CnbError } from '../errors.js'
import { discard } from '../http/body.js'
import { descriptorJson } from '../oci/descriptor.js'
import type { Digest } from '../oci/digest.js'
import { Fields } from '../oci/fields.js'
import type { Descriptor, Json, JsonObject } from '../oci/image.js'
import { parseJson, printJson } from '../oci/json.js'
import { OCI_INDEX } from '../oci/media-type.js'
import { readRefusal, refusalError } from './answers.js'
import type { FoundManifest } from './manifests.js'
import { bodyOf, putManifest } from './put-manifest.js'
import { artifactTypeOf, readReferrersTag, referrersTag } from './referrers.js'
import type { RepositoryClient } from './registry-client.js'

/** How often the tag is read again after somebody else has changed it. */
const MAX_TRIES = 5

/**
 * Puts a manifest that refers to another one, `subject`. Where the registry does not keep a list of such manifests, it is added
 * to the tag that stands in for the list.
 *
 * @throws CnbError those of `putManifest`, E_IMAGE_KIND when the tag holds something else
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject
 */
export async function putReferrer(
  remote: RepositoryClient,
  manifest: FoundManifest,
  subject: Digest,
  signal?: AbortSignal,
): Promise<void> {
  const { digest } = manifest.descriptor
  const headers = await putManifest(remote, { kind: 'digest', digest }, manifest, { signal })
  if (headers.has('oci-subject')) return
  await addToTag(remote, subject, entryOf(manifest, remote), signal)
}

function entryOf(manifest: FoundManifest, remote: RepositoryClient): Descriptor {
  const file = remote.nameOf(manifest.descriptor.digest)
  const fields = Fields.of(parseJson(manifest.bytes, { file, limits: remote.limits }), { file, code: 'E_MANIFEST' })
  const artifactType = artifactTypeOf(manifest, remote, file)
  return { ...manifest.descriptor, artifactType, annotations: fields.optionalStringMap('annotations') }
}

/** What others wrote is kept to the letter. Of two who write at once, one is overwritten: hence the second look. */
async function addToTag(
  remote: RepositoryClient,
  subject: Digest,
  entry: Descriptor,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tag = referrersTag(subject)
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const present = await readReferrersTag(remote, subject, signal)
    const updated = withEntry(present, entry, remote)
    if (updated === undefined) return
    const response = await remote.send(
      {
        method: 'PUT',
        to: `manifests/${tag}`,
        headers: { 'content-type': OCI_INDEX, ...(present?.etag === undefined ? {} : { 'if-match': present.etag }) },
        body: bodyOf(updated),
      },
      signal,
    )
    if (response.status < 300) {
      await discard(response)
      continue
    }
    const refusal = await readRefusal(response, remote.limits)
    if (refusal.status !== 412) throw refusalError(refusal, `putting ${remote.nameOf(tag)}`)
    await remote.pause(attempt, signal)
  }
  if (withEntry(await readReferrersTag(remote, subject, signal), entry, remote) === undefined) return
  throw new CnbError('E_REGISTRY', `${remote.nameOf(tag)} does not keep that ${entry.digest} refers to ${subject}`, {
    hint: 'somebody else keeps writing this tag; try again when they are done',
  })
}

/** The index with one more entry; undefined when it has it. */
function withEntry(
  present: FoundManifest | undefined,
  entry: Descriptor,
  remote: RepositoryClient,
): Uint8Array | undefined {
  const file = `what refers to a manifest of ${remote.name}`
  const fields = Fields.of(present === undefined ? EMPTY : parseJson(present.bytes, { file, limits: remote.limits }), {
    file,
    code: 'E_MANIFEST',
  })
  const entries = fields.objects('manifests')
  if (entries.some((one) => one.optionalString('digest') === entry.digest)) return undefined
  const manifests: Json[] = [...entries.map(({ raw }) => raw), descriptorJson(entry)]
  return encodeUtf8(printJson(new Map([...fields.raw, ['manifests', manifests]])))
}

const EMPTY: JsonObject = new Map<string, Json>([
  ['schemaVersion', 2],
  ['mediaType', OCI_INDEX],
  ['manifests', []],
])
