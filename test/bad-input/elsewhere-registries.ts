import { row, type ElsewhereRow } from './elsewhere-row.js'

const RETRIES = 'test/http/retry.test.ts'
const SERVERS = 'test/http/limits.test.ts'
const RESUME = 'test/http/resume.test.ts'
const CERTIFICATES = 'test/http/tls.test.ts'
const REDIRECTS = 'test/http/redirect.test.ts'
const CLIENT = 'test/http/client.test.ts'
const CHALLENGES = 'test/registry/challenge.test.ts'
const TOKENS = 'test/registry/authorizer.test.ts'
const CREDENTIALS = 'test/registry/authorizer-credentials.test.ts'
const REFUSALS = 'test/registry/authorizer-refusals.test.ts'
const LEAKS = 'test/registry/leaks.test.ts'

/** Group R, where it is about HTTP and tokens. */
export const REGISTRY_ROWS: readonly ElsewhereRow[] = [
  row(
    'R-01',
    'a challenge with several schemes, quotes, blanks, capitals, or the same twice',
    'ACC',
    [`${CHALLENGES} > R-01: a challenge > %s`, `${CREDENTIALS} > R-01: is the answer to the first of several…`],
    { note: 'the first scheme that we can answer' },
  ),
  row(
    'R-01',
    'a 401 without a challenge, with an unknown scheme, without a realm',
    'AUTH',
    [`${REFUSALS} > R-01: a challenge > %s is E_AUTH`],
    {
      code: 'E_AUTH',
    },
  ),
  row(
    'R-02',
    '401 to a token that was just fetched',
    'AUTH',
    [`${TOKENS} > R-02: that takes no token is shown one new one, and that is the end`],
    {
      code: 'E_AUTH',
    },
  ),
  row('R-03', '401 because a token has ended, also in the middle of an upload', 'RTY', [
    `${TOKENS} > R-03: that revoked a token is shown a new one`,
    'test/faults/token-sweep.test.ts > push, every token ends before request …',
  ]),
  row(
    'R-04',
    '403, of the registry or of something before it',
    'AUTH',
    [
      `${REFUSALS} > R-04: 403 > names the repository, the action, whose credentials, and what the registry says`,
      `${REFUSALS} > R-04: 403 > with a page of HTML is cut and cannot play with the terminal`,
    ],
    { code: 'E_AUTH' },
  ),
  row(
    'R-05',
    '401 for a name that may also not be there',
    'AUTH',
    [
      `${REFUSALS} > R-05: reading what is hidden may also mean that it is not there`,
      `${REFUSALS} > R-05: so may a token server that gives none`,
    ],
    { code: 'E_AUTH', note: 'both readings are told' },
  ),
  row('R-06', '429 with every kind of Retry-After', 'RTY', [
    `${RETRIES} > R-06: Retry-After`,
    `${SERVERS} > R-06: a host that asks for a pause gets one`,
  ]),
  row('R-07', '429 of a token server', 'RTY', [`${CREDENTIALS} > R-07: whose server wants us to wait is waited for`]),
  row('R-08', 'answers that may be other ones the next time', 'RTY', [
    `${RETRIES} > R-08: …`,
    `${CLIENT} > a body is sent with its length, and again from its source after a 503`,
  ]),
  row(
    'R-09',
    'answers that are final',
    'NET',
    [`${RETRIES} > R-09: %d is final`, 'test/sources/download.test.ts > a file that is not there'],
    { code: 'E_NETWORK' },
  ),
  row(
    'R-10',
    'no such name, nobody there, a handshake that does not end',
    'NET',
    [
      `${SERVERS} > R-10: a name that is not there is looked up three times`,
      `${RETRIES} > R-10: knocks three times where nobody answers`,
      `${CERTIFICATES} > R-10: a server that does not get on with the handshake is given up`,
    ],
    { code: 'E_NETWORK' },
  ),
  row(
    'R-11',
    'silence instead of an answer, or for ever after its head; less than 1 KiB/s',
    'NET',
    [
      `${CLIENT} > an answer that never comes is given up, and tried again`,
      `${SERVERS} > R-11, H-13: what is too slow is cut`,
    ],
    { code: 'E_NETWORK' },
  ),
  row('R-11', 'silence in the middle of a body, once', 'RTY', [`${RESUME} > R-11: after a stall`]),
  row('R-12', 'a body that is cut, at any byte', 'RTY', [
    `${RESUME} > R-12: wherever it was cut, at the price of the bytes that were missing`,
    `${RESUME} > when all that was expected has come, whatever the connection does`,
  ]),
  row(
    'R-13',
    'a body that is shorter than it says, or damaged in its chunks',
    'NET',
    [`${SERVERS} > R-13: a body that %s is an error`],
    {
      code: 'E_NETWORK',
    },
  ),
  row('R-13', 'bytes after a body', 'ACC', [`${SERVERS} > are understood: %s`, `${SERVERS} > bytes after the answer`], {
    note: 'dropped and not reported: undici does not show them; the digest decides, and they are no answer to anything',
  }),
  row('R-14', 'a range that is answered with the whole', 'RTY', [
    `${RESUME} > R-14, R-17: a body starts over, and nothing comes twice > when %s`,
  ]),
  row('R-15', 'a range that is answered with another one', 'RTY', [
    `${RESUME} > R-15, R-16: when the rest is no rest: %s`,
  ]),
  row('R-16', 'a range that is refused, or that would begin at the end', 'RTY', [
    `${RESUME} > R-15, R-16: when the rest is no rest: %s`,
    `${RESUME} > R-16: when nobody knows how long it is`,
    `${RESUME} > when all that was expected has come, whatever the connection does`,
  ]),
  row('R-17', 'another version when the rest is asked for', 'RTY', [
    `${RESUME} > R-14, R-17: a body starts over, and nothing comes twice`,
    `${RESUME} > R-17: with the new content when that may change`,
  ]),
  row(
    'R-51',
    'eleven redirects, or a circle',
    'NET',
    [
      `${REDIRECTS} > R-51: a redirect is followed > ten times`,
      `${REDIRECTS} > R-51: a redirect is followed > but not in a circle for ever`,
      `${LEAKS} > R-51: redirects are followed ten times, with our credentials all the way`,
    ],
    { code: 'E_NETWORK' },
  ),
  row('R-52', 'a signed place that wants no credentials', 'ACC', [
    `${REDIRECTS} > A-01, R-52, R-53: a secret goes to its own origin and to no other`,
    `${LEAKS} > A-01, R-52, R-53: by redirects of a registry: $login, $method`,
  ]),
  row('R-53', 'what is the same origin, and what only looks like it', 'ACC', [
    `${REDIRECTS} > A-01, R-52, R-53: a secret goes to its own origin and to no other`,
    'test/http/address.test.ts > R-53: …',
  ]),
  row(
    'R-54',
    'a place that a redirect led to, and that wants credentials',
    'ACC',
    [`${LEAKS} > R-54: by a place that asks who we are: $login, known there: $knowsOther`],
    { note: 'its own, or none' },
  ),
  row(
    'R-55',
    'plain http on a host that nobody named',
    'NET',
    [
      `${CERTIFICATES} > R-55: a name that needs TLS is not spoken to in plain http`,
      `${REDIRECTS} > R-55: to plain http on a host that nobody named`,
    ],
    { code: 'E_NETWORK' },
  ),
  row(
    'R-55',
    'plain http where TLS was expected',
    'NET',
    [`${CERTIFICATES} > R-55: with a server that speaks plain http, and nothing falls back to that`],
    { code: 'E_TLS' },
  ),
  row(
    'R-56',
    'certificates that are not accepted, TLS before 1.2',
    'NET',
    [
      `${CERTIFICATES} > R-56: a certificate is refused, once, and the flag is named`,
      `${CERTIFICATES} > R-56: with a server that knows no version after 1.1`,
    ],
    { code: 'E_TLS' },
  ),
  row('R-57', 'hints before an answer, HTTP/1.0, a connection that is closed each time, or in the meantime', 'ACC', [
    `${SERVERS} > R-57: servers that are not quite as they should be > are understood: %s`,
    `${SERVERS} > R-57: servers that are not quite as they should be > a connection that was closed in the meantime is made again`,
  ]),
  row(
    'R-57',
    'a 100 Continue that nobody asked for',
    'NET',
    [`${SERVERS} > R-57: 100 Continue that nobody asked for is no answer`],
    {
      code: 'E_NETWORK',
      note: 'the catalogue would take it; undici breaks the connection off',
    },
  ),
  row('R-58', 'a server that would rather speak HTTP/2', 'ACC', [
    `${CERTIFICATES} > R-58: a server that would rather speak HTTP/2 is spoken to in HTTP/1.1`,
  ]),
  row('R-59', 'clocks that differ, and tokens that live for no time', 'ACC', [
    `${TOKENS} > R-59: whatever a token server says of time, a token is good for a minute`,
    'test/registry/token-response.test.ts > A-04, R-59: an answer with %s',
  ]),
  row('R-63', 'one request in ten fails', 'RTY', ['test/faults/random-faults.test.ts > R-63: …']),
  row('R-44', 'types of what refers to a manifest', 'ACC', [], {
    note: 'does not apply: it is counted, not told apart by type',
  }),
  row('R-45', 'the tag that stands in for a list of what refers to a manifest is written', 'ACC', [], {
    note: 'does not apply: we make nothing that refers to a manifest',
  }),
  row('R-48', 'lists of tags', 'ACC', [], { note: 'does not apply: we never ask for one' }),
]
