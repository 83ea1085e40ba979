const URL_TEXT = /^([a-z][a-z0-9+.-]*:\/+)([^/?#]*)(.*)$/is
/** A host, perhaps with a port. */
const HOST = /^(?:[^:[\]]*|\[[0-9a-f:.]*\])(?::\d*)?$/i
const QUERY = /[?#].*$/s
/** `@`, but not the one that introduces a digest. */
const AT = /@(?!sha(?:256|512):)/
/** A path, or a module by its id and version. */
const NAME = /^(?:[./]|urn:cnb:|from=builder:)/
/** `user:password@` without a scheme before it; neither `repository:tag@sha256:…` nor `host:5000/…`. */
const BARE_USER_INFO = /^[^/@:]*:(?!\d+\/).*@(?!sha(?:256|512):)/s

/**
 * A locator as it may be printed: without user name and password, and, when it is a URL, without query and fragment. Of a
 * URL in which it is doubtful where the user info ends, because a password has a raw `/`, `?`, `#` or `@` in it, only the
 * scheme is left. Paths and `file:` URLs stay as they are.
 */
export function redactLocator(text: string): string {
  const url = URL_TEXT.exec(text)
  if (url === null) return NAME.test(text) ? text : text.replace(BARE_USER_INFO, '')
  const [, scheme = '', authority = '', rest = ''] = url
  if (/^file:/i.test(scheme)) return text
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const isDoubtful = !HOST.test(host) || (/[@:]/.test(authority) && AT.test(rest))
  return isDoubtful ? `${scheme}…` : scheme + host + rest.replace(QUERY, '')
}

/**
 * A line of a TOML file as it may be quoted: every string in it as `redactLocator` shows it, and the rest, which may lie inside
 * a string of several lines, as `redactText` does. A string that does not end counts too, for that may be what is wrong
 * with the line.
 */
export function redactLine(line: string): string {
  return redactText(
    line.replace(/(["'])((?:\\.|(?!\1).)*)/g, (_, quote: string, text: string) => quote + redactLocator(text)),
  )
}

/**
 * A URL among words, which ends at a blank: in `reading https://host.test/x failed` it is `https://host.test/x`. When its host seems to
 * end at a blank, but an `@` follows in the line before any slash, that was a password with blanks in it:
 * `https://user:pass word@host.test/x` is all URL.
 *
 * A scheme is bounded, or a text of one long word would be tried from each of its characters to its end. Of a longer one only
 * the last 41 characters are matched, which is enough: `redactLocator` keeps schemes anyway.
 */
const URL_IN_TEXT = /[a-z0-9+.-]{1,41}:\/+[^\s"'/?#]*(?:\s[^\n"'/?#]*@)?[^\s"']*/gi
/**
 * As `BARE_USER_INFO`, among words: `user:secret@` in `reading user:secret@host.test/acme/app failed`. A path has to follow, so
 * `acme:x@1.0`, which may be a module, is left alone. Lengths are bounded for the same reason; no user name or host has 256
 * characters, and the tokens that stand for passwords do not have 8192.
 */
const USER_INFO_IN_TEXT =
  /(?<![\w@:/.+-])(?!urn:)[^\s"'/@:]{1,256}:(?!\d+\/)[^\s"'/]{0,8192}@(?!sha(?:256|512):)(?=[^\s/"']{1,256}\/)/g

/** A sentence that may name locators as somebody wrote them, fit to be printed. */
export function redactText(text: string): string {
  const withoutUrls = text.replace(URL_IN_TEXT, redactLocator)
  // Most texts have no `@`.
  return withoutUrls.includes('@') ? withoutUrls.replace(USER_INFO_IN_TEXT, '') : withoutUrls
}
