const URL_TEXT = /^([a-z][a-z0-9+.-]*:\/+)(.*)$/is
const AUTHORITY = /^[^/?#]*/
/** An authority without user info: a host, perhaps with a port. */
const HOST = /^(?:[^@:[\]]*|\[[0-9a-f:.]*\])(?::\d*)?$/i
const QUERY = /[?#].*$/s
/** All up to the last `@` that does not introduce a digest. */
const USER_INFO = /^.*@(?!sha(?:256|512):)/s
/** `user:password@` without a scheme before it; neither `repository:tag@sha256:…` nor `host:5000/…`. */
const BARE_USER_INFO = /^[^/@:]*:(?!\d+\/).*@(?!sha(?:256|512):)/s

/**
 * A locator as it may be printed: without user name and password, and, when it is a URL, without query and fragment. What
 * looks like credentials in a malformed URL is taken off too. Paths and `file:` URLs stay as they are.
 */
export function redactLocator(text: string): string {
  const url = URL_TEXT.exec(text)
  if (url === null) return /^[./]/.test(text) ? text : text.replace(BARE_USER_INFO, '')
  const [, scheme = '', rest = ''] = url
  if (/^file:/i.test(scheme)) return text
  const address = rest.replace(QUERY, '')
  if (HOST.test(AUTHORITY.exec(rest)?.[0] ?? '')) return scheme + address
  // A raw `?` or `#` in a password makes the query begin too early: then the user info is looked for in all of it.
  const clear = USER_INFO.test(address) ? address : rest
  return scheme + clear.replace(USER_INFO, '').replace(QUERY, '')
}
