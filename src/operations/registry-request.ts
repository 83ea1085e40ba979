import { printEntry, type RegistryEntry } from '../cnb/registry-entry.js'
import { printRegistryId, type RegistryId } from '../cnb/registry-id.js'
import { printToml } from '../toml/encode.js'
import { checkIndexUrl } from '../sources/index-address.js'
import type { BuildpackRegistry } from './settings-file.js'

/** What a registry is asked to do with one version of a buildpack. */
export interface RegistryChange {
  readonly verb: 'ADD' | 'YANK'
  readonly id: RegistryId
  readonly version: string
  /** Its image, by digest; undefined when the version is there already. */
  readonly address: string | undefined
}

/** An issue to be opened, to the letter. */
export interface IssueRequest {
  /** Opens the form of the issue with everything filled in. */
  readonly url: string
  readonly title: string
  readonly body: string
}

/** The form that asks for a new entry. */
const ADD_TEMPLATE = 'add-buildpack.md'

/** Whether a registry takes changes by issues. What no browser can open does not, whatever its type. */
export function takesIssues({ type, url }: BuildpackRegistry): boolean {
  return type === 'github' && /^https?:/i.test(url)
}

/** `ADD acme/java@1.0.0`: the title of an issue, and the message of a commit. */
export function titleOf({ verb, id, version }: RegistryChange): string {
  return `${verb} ${printRegistryId(id)}@${version}`
}

/**
 * The issue that asks for a change, in pack's words. The address that opens it is for a browser: it holds no password, and is
 * that of the repository also where the URL is the one to clone it by.
 *
 * @throws CnbError E_USAGE for a URL that is none
 * @see https://github.com/buildpacks/pack/blob/v0.40.6/internal/registry/github.go
 */
export function issueOf(change: RegistryChange, { name, url }: BuildpackRegistry): IssueRequest {
  checkIndexUrl(url, name)
  const { id, version, address } = change
  const title = titleOf(change)
  const table = new Map([
    ['id', printRegistryId(id)],
    ['version', version],
    ['addr', address],
  ])
  const isNew = address !== undefined
  // Where pack has no address it leaves the line of it blank.
  const body = `\n${printToml(table)}${isNew ? '' : '\n'}`
  const query = new URLSearchParams({ body, ...(isNew ? { template: ADD_TEMPLATE } : {}), title })
  const { origin, pathname } = new URL(url)
  const repository = `${origin}${pathname.replace(/\/$/, '').replace(/\.git$/, '')}`
  // As Go spells it.
  return { url: `${repository}/issues/new?${query.toString().replaceAll('%7E', '~')}`, title, body }
}

/** The file of an index with one more line. */
export function withEntry(
  bytes: Uint8Array,
  id: RegistryId,
  entry: Pick<RegistryEntry, 'version' | 'address'>,
): string {
  const text = Buffer.from(bytes).toString('utf8')
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${before}${printEntry(id, { ...entry, isYanked: false })}\n`
}

/** The file of an index in which these lines, from 1, are yanked or no longer so; whatever else they hold stays. */
export function withYanked(bytes: Uint8Array, lines: readonly number[], isYanked: boolean): string {
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .map((line, i) => (lines.includes(i + 1) ? yankedLine(line, isYanked) : line))
    .join('\n')
}

function yankedLine(line: string, yanked: boolean): string {
  const end = line.endsWith('\r') ? '\r' : ''
  return `${JSON.stringify({ ...(JSON.parse(line) as Readonly<Record<string, unknown>>), yanked })}${end}`
}
