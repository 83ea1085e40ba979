import { row, type ElsewhereRow } from './elsewhere-row.js'

const DOWNLOADS = 'test/sources/download.test.ts'
const REDIRECTS = 'test/http/redirect.test.ts'
const SERVERS = 'test/http/limits.test.ts'
const PROXIES = 'test/http/proxy.test.ts'

/** Group H, and what of group G needs a server. */
export const DOWNLOAD_ROWS: readonly ElsewhereRow[] = [
  row(
    'G-09',
    'a tgz that a server compresses once more',
    'REJ',
    [`${DOWNLOADS} > G-09: what arrives encoded is another file, unless the pin says otherwise`],
    { code: 'E_COMPRESSION' },
  ),
  row(
    'H-01',
    'a login page, an error in JSON or nothing instead of an archive',
    'REJ',
    [`${DOWNLOADS} > H-01: what is no archive is refused, and not kept > %s`],
    { code: 'E_NOT_ARCHIVE' },
  ),
  row(
    'H-02',
    'a file that does not have the digest of its pin',
    'REJ',
    [`${DOWNLOADS} > H-02: that does not fit is an error with both, and nothing of it is kept`],
    { code: 'E_DIGEST' },
  ),
  row('H-03', 'plain http without a pin or a flag', 'CFG', [`${DOWNLOADS} > H-03: plain http > %s: %j`], {
    code: 'E_INPUT',
    note: 'this machine needs neither',
  }),
  row('H-04', 'a redirect from https to http', 'REJ', [`${REDIRECTS} > with TLS > …`], { code: 'E_REDIRECT' }),
  row('H-05', 'a redirect to a file, to data, to ftp', 'REJ', [`${REDIRECTS} > H-05: a redirect is refused > to %s`], {
    code: 'E_REDIRECT',
  }),
  row(
    'H-05',
    'a redirect into a private network',
    'REJ',
    [
      `${REDIRECTS} > H-05, R-26, A-02: a private network is not entered from outside > %s`,
      `${REDIRECTS} > H-05, R-26, A-02: a private network is not entered from outside > also not from %s: %s`,
    ],
    {
      code: 'E_REDIRECT',
      note: 'unless the user sent us into one; this machine and link-local addresses only from themselves',
    },
  ),
  row('H-06', 'status 304 that nobody asked for, or without a sound file here', 'RTY', [
    `${DOWNLOADS} > H-06, H-16: status 304 > although nobody asked is asked again, once`,
    `${DOWNLOADS} > H-06, H-16: status 304 > counts for nothing when the file in the cache is %s`,
  ]),
  row(
    'H-07',
    'tags that are weak, huge, malformed, or change without need',
    'ACC',
    [
      `${DOWNLOADS} > H-07: tags of servers are data`,
      `${DOWNLOADS} > H-07: is the same file when only its tag has changed`,
    ],
    { note: 'the digest decides' },
  ),
  row(
    'H-08',
    'new content at the same address, pinned',
    'REJ',
    [`${DOWNLOADS} > H-02: that does not fit is an error with both, and nothing of it is kept`],
    { code: 'E_DIGEST' },
  ),
  row(
    'H-08',
    'new content at the same address, not pinned',
    'ACC',
    [`${DOWNLOADS} > is the new one when it has changed`],
    {
      note: 'not as the catalogue wants it: without a lock file nobody knows that it is new',
    },
  ),
  row('H-09', 'a file that is cut, with and without ranges', 'RTY', [
    `${DOWNLOADS} > H-09: lets a cut file go on where it was, though nobody vouches that it is the same`,
    `${DOWNLOADS} > H-09: a file that was cut and has changed since is the new one, from its first byte`,
    'test/http/resume.test.ts > R-12: wherever it was cut, at the price of the bytes that were missing',
  ]),
  row(
    'H-10',
    'a file above the limit, whether it says so or not; ten TiB',
    'REJ',
    [
      `${DOWNLOADS} > H-10: sizes > a file above the limit is refused: %s`,
      `${DOWNLOADS} > H-10: sizes > ten TiB are refused before the first of them`,
    ],
    { code: 'E_SIZE' },
  ),
  row(
    'H-10',
    'more than there is room for',
    'IO',
    [`${DOWNLOADS} > H-10: sizes > ten TiB are refused before the first of them`],
    {
      code: 'E_IO',
    },
  ),
  row('H-10', 'a negative length, two lengths', 'REJ', [`${SERVERS} > H-10: are refused: %s`], { code: 'E_SIZE' }),
  row('H-11', 'a file name in Content-Disposition', 'ACC', [`${DOWNLOADS} > H-11: gets no name from a header`]),
  row(
    'H-12',
    'status 204 or 206, a redirect to nowhere',
    'NET',
    [`${DOWNLOADS} > H-12: status %d is no file`, `${DOWNLOADS} > H-12: a redirect to nowhere`],
    { code: 'E_NETWORK' },
  ),
  row(
    'H-13',
    'a body that trickles or never ends, redirects without end',
    'NET',
    [`${SERVERS} > R-11, H-13: what is too slow is cut`, `${REDIRECTS} > but not in a circle for ever`],
    { code: 'E_NETWORK' },
  ),
  row('H-14', 'a cookie that is wanted back', 'NET', [`${DOWNLOADS} > H-14: a cookie is not kept, and that is said`], {
    code: 'E_NETWORK',
  }),
  row('H-15', 'a proxy that wants a password', 'AUTH', [`${PROXIES} > H-15: and a 407 is about the proxy`], {
    code: 'E_AUTH',
  }),
  row(
    'H-15',
    'a proxy that is not there, hangs, or refuses',
    'NET',
    [
      `${PROXIES} > H-15: a proxy that is not there is named: %s`,
      `${PROXIES} > H-15: and one that never opens is given up`,
      `${PROXIES} > H-15, U-08: and status %d to CONNECT is %s; the password is in no message and no log`,
    ],
    { code: 'E_NETWORK' },
  ),
  row(
    'H-15',
    'a proxy of another kind',
    'CFG',
    [`${PROXIES} > H-15, U-08: %s is none that can be used; the value is not shown`],
    {
      code: 'E_USAGE',
    },
  ),
  row('H-16', 'a file of the cache that was altered', 'RTY', [
    `${DOWNLOADS} > H-06, H-16: status 304 > counts for nothing when the file in the cache is %s`,
  ]),
]
