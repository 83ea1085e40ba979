import { CnbError } from '../errors.js'
import { nextLink } from './link-header.js'
import type { ReadResponse, RepositoryClient } from './registry-client.js'

/** A list that goes on for longer than this does not end. */
const MAX_PAGES = 1000

/** Which list. */
export interface PagesOptions {
  /** What follows `/v2/NAME/`. */
  readonly first: string
  /** Bytes of one page. */
  readonly limit: number
}

/**
 * The pages of a list, each of which says where the next one is. One of another status than 200 is the last.
 *
 * @throws CnbError E_REDIRECT when a page leads to another origin, E_REGISTRY when the list does not end, those of groups
 *   "Network" and "Credentials"
 */
export async function* pagesOf(
  remote: RepositoryClient,
  { first, limit }: PagesOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReadResponse> {
  const seen = new Set<string>()
  let to: string | URL | undefined = first
  while (to !== undefined) {
    const page: ReadResponse = await remote.read({ method: 'GET', to }, limit, signal)
    yield page
    const { response } = page
    const link = response.status === 200 ? nextLink(response.headers.get('link')) : undefined
    seen.add(response.url.href)
    to = link === undefined ? undefined : nextPage(link, response.url, seen, remote)
  }
}

function nextPage(link: string, from: URL, seen: ReadonlySet<string>, { name }: RepositoryClient): URL {
  const next = URL.canParse(link, from.href) ? new URL(link, from) : undefined
  if (next?.origin !== from.origin) {
    throw new CnbError('E_REDIRECT', `a list of ${name} goes on at another place than ${from.origin}`, { value: link })
  }
  if (seen.has(next.href) || seen.size >= MAX_PAGES) {
    throw new CnbError('E_REGISTRY', `a list of ${name} does not end: it has ${seen.size} pages and goes on`, {
      value: link,
    })
  }
  return next
}
