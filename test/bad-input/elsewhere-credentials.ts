import { row, type ElsewhereRow } from './elsewhere-row.js'

const INDEX = 'test/sources/index-secrets.test.ts'
const LEAKS = 'test/registry/leaks.test.ts'
const SOURCES = 'test/registry/credentials.test.ts'
const HELPERS = 'test/registry/credential-helper.test.ts'
const TOKENS = 'test/registry/authorizer-credentials.test.ts'
const ANSWERS = 'test/registry/token-response.test.ts'
const REFUSALS = 'test/registry/authorizer-refusals.test.ts'
const REALMS = 'test/registry/token-realm.test.ts'
const CERTIFICATES = 'test/http/tls.test.ts'
const REDIRECTS = 'test/http/redirect.test.ts'
const PROXIES = 'test/http/proxy.test.ts'
const DOWNLOADS = 'test/sources/download.test.ts'

/** Group A, and what of group U is no locator. */
export const CREDENTIAL_ROWS: readonly ElsewhereRow[] = [
  row(
    'A-01',
    'redirects of a registry: each status, place, request and credential',
    'ACC',
    [
      `${LEAKS} > A-01, R-52, R-53: by redirects of a registry: $login, $method`,
      `${REDIRECTS} > A-01, R-52, R-53: a secret goes to its own origin and to no other > $kind on $method to $target`,
    ],
    { note: 'a secret reaches its own origin only' },
  ),
  row(
    'A-02',
    'a realm that leads to plain http, into a private network, or nowhere',
    'REJ',
    [
      `${REALMS} > A-02: of a registry in the open, a realm > %s is E_REALM`,
      `${REALMS} > A-02: of a registry in a private network, a realm > %s is E_REALM for %s`,
      `${LEAKS} > A-02, A-03: by the realm of a challenge: %s`,
    ],
    { code: 'E_REALM' },
  ),
  row(
    'A-02',
    'a redirect of the token server to such a place',
    'REJ',
    [`${LEAKS} > A-02: by redirects of a token server: $login, $status`],
    {
      code: 'E_REALM',
    },
  ),
  row(
    'A-03',
    'a realm on another host',
    'ACC',
    [`${REALMS} > A-03: %s is right`, `${LEAKS} > A-02, A-03: by the realm of a challenge: %s`],
    {
      note: 'over https; there is no --token-host to pin it',
    },
  ),
  row(
    'A-04',
    'an answer of a token server that is too large, or is no token',
    'AUTH',
    [
      `${TOKENS} > A-04: whose answer %s`,
      `${TOKENS} > A-04: is none when the server says %j`,
      `${ANSWERS} > A-04: an answer that %s is none, and is not repeated`,
    ],
    { code: 'E_AUTH' },
  ),
  row('A-04', 'a token under one name, the other, or both', 'ACC', [`${ANSWERS} > A-04, R-59: an answer with %s`]),
  row('A-05', 'an identity token; a token server that knows passwords only', 'ACC', [
    `${TOKENS} > A-05: an identity token > is exchanged by OAuth2`,
    `${TOKENS} > A-05: an identity token > is shown as a password to a server that answers %i`,
    `${HELPERS} > A-05: what a helper keeps under <token> is an identity token`,
  ]),
  row(
    'A-05',
    'an identity token that is not good any more',
    'AUTH',
    [`${TOKENS} > A-05: an identity token > that is not good any more is E_AUTH`],
    {
      code: 'E_AUTH',
    },
  ),
  row(
    'A-06',
    'a file of credentials that is missing or empty',
    'ACC',
    [
      `${SOURCES} > A-06: a file that is > not there is no credential`,
      `${SOURCES} > A-06: a file that is > empty is no credential`,
    ],
    { note: 'nobody in particular asks' },
  ),
  row(
    'A-06',
    'a file of credentials that is a directory, not JSON, of 100 MiB, or not for us to read',
    'CFG',
    [
      `${SOURCES} > A-06: a file that is > %s is E_CREDENTIALS with its path, and without its content`,
      `${SOURCES} > A-06: a file that is > that the system does not let us read is E_CREDENTIALS`,
    ],
    { code: 'E_CREDENTIALS' },
  ),
  row(
    'A-06',
    'a file of credentials that everybody may read',
    'WARN',
    [`${SOURCES} > A-06: a file that is > for everybody to read is warned about, once, when it holds a secret`],
    { rule: 'credentials-world-readable' },
  ),
  row('A-07', 'every spelling of a registry as a key', 'ACC', [
    `${SOURCES} > A-07: a key is for a registry > %s for %s`,
    `${SOURCES} > A-07: a key is for a registry > the one that names most of the repository comes first`,
  ]),
  row(
    'A-07',
    'hosts that only look like a key',
    'ACC',
    [
      `${SOURCES} > A-07: a key is for a registry > %s not for %s`,
      `${SOURCES} > A-07: a key is for a registry > no key is for a host that is not its own to the letter`,
    ],
    { note: 'they get no credential' },
  ),
  row(
    'A-08',
    'an auth that is not base64, without a colon, not UTF-8',
    'CFG',
    [`${SOURCES} > A-08: an entry holds > E_CREDENTIALS, and nothing of it is said, when it is %s`],
    { code: 'E_CREDENTIALS' },
  ),
  row('A-08', 'an auth with several colons, without a password', 'ACC', [`${SOURCES} > A-08: an entry holds > %s`]),
  row('A-09', 'helpers that have nothing', 'ACC', [`${HELPERS} > A-09: the order > %s`], {
    note: 'the next source is asked',
  }),
  row(
    'A-10',
    'a helper whose name leads elsewhere',
    'CFG',
    [`${HELPERS} > A-10: a helper named > %j is E_CREDENTIALS`],
    {
      code: 'E_CREDENTIALS',
    },
  ),
  row(
    'A-10',
    'a helper in the working directory, or nowhere',
    'AUTH',
    [
      `${HELPERS} > A-10: a helper named > as something in the working directory is not run, however the PATH leads there`,
      `${HELPERS} > A-10: a helper named > as nothing on the PATH is E_AUTH`,
    ],
    { code: 'E_AUTH' },
  ),
  row(
    'A-11',
    'a helper that hangs, floods, fails, or says no JSON',
    'AUTH',
    [
      `${HELPERS} > A-11: a helper that > %s is E_AUTH, and its output is not said`,
      `${HELPERS} > A-11: a helper that > does not answer is stopped, and so is what it started`,
    ],
    { code: 'E_AUTH' },
  ),
  row('A-11', 'a helper that wants a terminal', 'ACC', [
    `${HELPERS} > A-11: a helper that > wants a terminal finds none`,
  ]),
  row(
    'A-12',
    'the same registry in every source',
    'ACC',
    [`${SOURCES} > A-12: the order of sources > each of them is asked when those before it have nothing`],
    { note: 'the first one counts' },
  ),
  row(
    'A-13',
    'CNB_REGISTRY_AUTH that is malformed',
    'CFG',
    [`${SOURCES} > A-13: %s is E_CREDENTIALS, and nothing of it is said`],
    {
      code: 'E_CREDENTIALS',
    },
  ),
  row(
    'A-14',
    'credentials that are not taken, for a push',
    'AUTH',
    [
      `${REFUSALS} > A-14: credentials that are not taken > end a push, however many there are, after one question to the token server`,
      `${REFUSALS} > A-14: credentials that are not taken > end a push where the registry itself looks at them`,
    ],
    { code: 'E_AUTH' },
  ),
  row(
    'A-14',
    'credentials that are not taken, to read',
    'WARN',
    [`${REFUSALS} > A-14: credentials that are not taken > are left out of reading, which is said once`],
    { rule: 'credentials-refused', note: 'read without' },
  ),
  row('A-15', 'a secret as an argument', 'CFG', ['test/cli/secrets.test.ts > A-15: no flag takes a secret'], {
    code: 'E_USAGE',
  }),
  row(
    'A-16',
    'a secret in every place where one can be',
    'ACC',
    [
      'test/e2e/credentials.test.ts > A-16: $about > lets us write and read, and shows nowhere',
      'test/e2e/registry-secrets.test.ts > a credential shows nowhere, wherever it comes from',
      'test/e2e/registry-secrets.test.ts > a credential shows nowhere, whatever goes wrong',
      'test/e2e/secrets.test.ts > a secret shows neither on the terminal nor in what is written > $about',
    ],
    { note: 'nowhere: output, log, cache, error, image; heap snapshots are not looked at' },
  ),
  row('A-17', 'HttpHeaders in the file of docker', 'ACC', [
    `${SOURCES} > A-17: the headers of docker > are for the registries that its file knows, and for no others`,
    `${TOKENS} > A-17: headers of docker > go to the registry, and not to its token server`,
    `${LEAKS} > A-01, R-52, R-53: by redirects of a registry: $login, $method`,
  ]),
  row('A-18', 'the key of a client that others may read', 'WARN', [
    `${CERTIFICATES} > A-18: a certificate of ours > whose key others can read is used with a warning`,
  ]),
  row(
    'A-18',
    'the key of a client that is encrypted',
    'CFG',
    [
      `${CERTIFICATES} > A-18: a certificate of ours > with an encrypted key needs its password, which is in the environment`,
    ],
    { code: 'E_CREDENTIALS', note: 'taken when TROWEL_CLIENT_KEY_PASSPHRASE opens it; nobody is asked' },
  ),
  row(
    'A-18',
    'the key of a client that is another one, none, or not there',
    'CFG',
    [`${CERTIFICATES} > A-18: a certificate of ours > with a key %s is refused`],
    { code: 'E_CREDENTIALS' },
  ),
  row(
    'A-19',
    'a push without credentials',
    'AUTH',
    [
      `${REFUSALS} > without credentials > A-19: pushing is E_AUTH, with the command that helps`,
      'test/e2e/credentials.test.ts > A-19: who has no credentials is told how to get some',
    ],
    { code: 'E_AUTH' },
  ),
  row('A-20', 'a token that is too narrow for a later request', 'RTY', [
    'test/registry/authorizer.test.ts > A-20: that wants more than it was asked for is shown a wider token, from then on',
  ]),
  row('U-01', 'user and password in an address', 'ACC', [
    `${DOWNLOADS} > U-01, U-03, U-04: go to their origin and to no other, and stay out of events and cache`,
  ]),
  row('U-02', 'a token without a password in an address', 'ACC', [
    `${DOWNLOADS} > U-02: may be a token without a password`,
  ]),
  row(
    'U-05',
    'an address that does not parse, with a secret in it',
    'CFG',
    [`${DOWNLOADS} > no text makes reading an address throw anything else, or show what is before an @`],
    { code: 'E_INPUT' },
  ),
  row(
    'U-06',
    'secrets in what a redirect leads to',
    'REJ',
    [`${REDIRECTS} > U-06: and its secrets are not in the message`],
    {
      code: 'E_REDIRECT',
    },
  ),
  row(
    'U-07',
    'a server that repeats a secret',
    'AUTH',
    [
      `${DOWNLOADS} > U-07: are not in an error, also when the server repeats them`,
      'test/http/limits.test.ts > U-07: has no secret in it',
      `${REFUSALS} > U-07: what a server echoes`,
      'test/e2e/registry-secrets.test.ts > a credential shows nowhere, whatever goes wrong',
    ],
    { code: 'E_AUTH', note: 'blanked, also when it is encoded' },
  ),
  row('U-08', 'a password in the address of a proxy', 'ACC', [
    `${PROXIES} > with the user and the password in its address, which nobody else gets to see`,
    `${PROXIES} > H-15, U-08: and status %d to CONNECT is %s; the password is in no message and no log`,
  ]),
  row(
    'U-09',
    'a password in the URL of a buildpack registry',
    'ACC',
    [
      `${INDEX} > are shown to its server, and are in no argument and no file`,
      `${INDEX} > are not shown to another server that it names`,
    ],
    { note: 'there is no configuration of git that could keep it' },
  ),
]
