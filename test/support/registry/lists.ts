import type { Exchange } from './exchange.js'
import { parse } from './manifests.js'
import { isDigest, type RegistryState } from './state.js'

const INDEX = 'application/vnd.oci.image.index.v1+json'

/** Answers `/v2/NAME/tags/list`. */
export function answerTags(state: RegistryState, name: string, exchange: Exchange): void {
  const { quirks } = state
  const repository = state.repositories.get(name)
  if (repository === undefined || repository.manifests.size === 0) {
    exchange.fail(404, 'NAME_UNKNOWN', 'repository name not known to registry')
    return
  }
  const tags = [...repository.tags.keys()].sort()
  const parameters = quirks.ignoreTagPaging === true ? new URLSearchParams() : exchange.url.searchParams
  const last = parameters.get('last') ?? ''
  const asked = parameters.get('n')
  if (asked !== null && !/^\d+$/.test(asked)) {
    exchange.fail(400, 'UNSUPPORTED', 'n is a number')
    return
  }
  const size = asked === null ? Infinity : Number(asked)
  const rest = tags.filter((tag) => tag > last)
  const page = rest.slice(0, size)
  const isLast = quirks.linkAfterFullPage === true ? page.length < size : rest.length === page.length
  const next = new URLSearchParams({ last: page.at(-1) ?? '', n: String(size) })
  const link = isLast || page.length === 0 ? undefined : linkTo(exchange, next)
  exchange.json(200, { name, tags: page }, { link })
}

/** Answers `/v2/NAME/referrers/DIGEST`. */
export function answerReferrers(state: RegistryState, name: string, digest: string, exchange: Exchange): void {
  const { quirks } = state
  if (quirks.noReferrers === 'html') {
    exchange.reply(200, { 'content-type': 'text/html' }, '<html><body>welcome</body></html>')
    return
  }
  if (quirks.noReferrers === 404) {
    // As a server that has no such route.
    exchange.reply(404, { 'content-type': 'text/plain; charset=utf-8' }, '404 page not found\n')
    return
  }
  if (quirks.noReferrers !== undefined) {
    exchange.fail(quirks.noReferrers, 'UNSUPPORTED')
    return
  }
  if (!isDigest(digest)) {
    exchange.fail(400, 'DIGEST_INVALID', 'invalid digest')
    return
  }
  const filter = exchange.url.searchParams.get('artifactType')
  const all = referrersOf(state, name, digest).filter(({ artifactType }) => filter === null || artifactType === filter)
  const from = Number(exchange.url.searchParams.get('from') ?? 0)
  const to = from + (quirks.referrersPage ?? all.length)
  const next = new URLSearchParams({ ...(filter === null ? {} : { artifactType: filter }), from: String(to) })
  exchange.json(
    200,
    { schemaVersion: 2, mediaType: INDEX, manifests: all.slice(from, to) },
    {
      'content-type': INDEX,
      'oci-filters-applied': filter === null ? undefined : 'artifactType',
      link: to < all.length ? linkTo(exchange, next) : undefined,
    },
  )
}

function referrersOf(state: RegistryState, name: string, subject: string): readonly { artifactType?: string }[] {
  const manifests = [...(state.repositories.get(name)?.manifests ?? [])]
  return manifests.flatMap(([digest, { mediaType, bytes }]) => {
    const body = parse(bytes)
    if (body?.subject?.digest !== subject) return []
    const { annotations, artifactType = body.config?.mediaType } = body
    return [
      {
        mediaType,
        digest,
        size: bytes.length,
        ...(artifactType === undefined ? {} : { artifactType }),
        ...(annotations === undefined ? {} : { annotations }),
      },
    ]
  })
}

function linkTo(exchange: Exchange, query: URLSearchParams): string {
  return `<${exchange.url.pathname}?${query.toString()}>; rel="next"`
}
