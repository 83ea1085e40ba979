const URL_TEXT = /^([a-z][a-z0-9+.-]*:\/+)([^/?#]*)(.*)$/is
/** A host, perhaps with a port. */
const HOST = /^(?:[^:[\]]*|\[[0-9a-f:.]*\])(?::\d*)?$/i
const QUERY = /[?#].*$/s
/** `@`, but not the one that introduces a digest. */
const AT = /@(?!sha(?:256|512):)/
/** `user:password@` without a scheme before it; neither `repository:tag@sha256:…` nor `host:5000/…`. */
const BARE_USER_INFO = /^[^/@:]*:(?!\d+\/).*@(?!sha(?:256|512):)/s

/**
 * A locator as it may be printed: without user name and password, and, when it is a URL, without query and fragment. Of a
 * URL in which it is doubtful where the user info ends, because a password has a raw `/`, `?`, `#` or `@` in it, only the
 * scheme is left. Paths and `file:` URLs stay as they are.
 */
export function redactLocator(text: string): string {
  const url = URL_TEXT.exec(text)
  if (url === null) return /^[./]/.test(text) ? text : text.replace(BARE_USER_INFO, '')
  const [, scheme = '', authority = '', rest = ''] = url
  if (/^file:/i.test(scheme)) return text
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const isDoubtful = !HOST.test(host) || (/[@:]/.test(authority) && AT.test(rest))
  return isDoubtful ? `${scheme}…` : scheme + host + rest.replace(QUERY, '')
}

/**
 * A line of a TOML file as it may be quoted: every string in it as `redactLocator` shows it. A string that does not end
 * counts too, for that may be what is wrong with the line.
 */
export function redactLine(line: string): string {
  return line.replace(/(["'])((?:\\.|(?!\1).)*)/g, (_, quote: string, text: string) => quote + redactLocator(text))
}
