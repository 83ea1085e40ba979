import { CnbError } from '../errors.js'
import { discard } from '../http/body.js'
import { Fields } from '../oci/fields.js'
import { parseJson } from '../oci/json.js'
import { readRefusal, refusalError } from './answers.js'
import { pagesOf } from './pages.js'
import type { RepositoryClient } from './registry-client.js'

/** Bytes of one page: room for a million tags, because some registries have no pages. */
const PAGE_BYTES = 64 * 1024 * 1024

/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

/**
 * The tags of a repository, sorted, each once; none when it is not there. What could not be a tag is left out, because a tag
 * becomes a part of a path.
 *
 * @throws CnbError E_JSON, E_REGISTRY, E_REGISTRY_REFUSED, E_REDIRECT, those of groups "Network" and "Credentials"
 */
export async function listTags(remote: RepositoryClient, signal?: AbortSignal): Promise<readonly string[]> {
  const file = `the tags of ${remote.name}`
  const limits = { ...remote.limits, jsonBytes: PAGE_BYTES }
  const tags = new Set<string>()
  for await (const { response, bytes } of pagesOf(remote, { first: 'tags/list', limit: PAGE_BYTES }, signal)) {
    if (response.status === 404) {
      await discard(response)
      return []
    }
    if (response.status !== 200) throw refusalError(await readRefusal(response, limits), `listing ${file}`)
    if (bytes === undefined) throw new CnbError('E_OCI_LIMIT', `a page of ${file} has more than ${PAGE_BYTES} bytes`)
    const fields = Fields.of(parseJson(bytes, { file, limits }), { file, code: 'E_JSON' })
    for (const tag of fields.optionalStrings('tags') ?? []) if (TAG.test(tag)) tags.add(tag)
  }
  return [...tags].sort()
}
