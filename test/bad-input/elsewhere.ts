/** Rows of the catalogue that are about the machine and about what makes runs differ: no input alone can be one of them. */
export interface ElsewhereRow {
  readonly id: string
  readonly about: string
  /** What is right; `DIGEST` means one digest whatever the variation. */
  readonly outcome: string
  /** The test that shows it, or why it does not apply. */
  readonly where: string
}

const MACHINE = 'test/e2e/resources.test.ts'
const SWEEP = 'test/e2e/reproducible.test.ts and test/reproducibility/sweep.mjs'
const CACHE = 'test/cache/cache.test.ts'
const PROCESSES = 'test/cache/processes.test.ts'
const CATALOGUE = 'test/tar/catalogue.ts'
const LEAKS = 'test/registry/leaks.test.ts'
const SOURCES = 'test/registry/credentials.test.ts'
const HELPERS = 'test/registry/credential-helper.test.ts'
const TOKENS = 'test/registry/authorizer-credentials.test.ts'
const REFUSALS = 'test/registry/authorizer-refusals.test.ts'
const DOWNLOADS = 'test/sources/download.test.ts'
const REDIRECTS = 'test/http/redirect.test.ts'
const SERVERS = 'test/http/limits.test.ts'
const RETRIES = 'test/http/retry.test.ts'
const RESUME = 'test/http/resume.test.ts'
const CERTIFICATES = 'test/http/tls.test.ts'
const CHALLENGES = 'test/registry/challenge.test.ts'
const TOKEN_FLOW = 'test/registry/authorizer.test.ts'
const PROXIES = 'test/http/proxy.test.ts'

function row(id: string, about: string, outcome: string, where: string): ElsewhereRow {
  return { id, about, outcome, where }
}

export const ELSEWHERE: readonly ElsewhereRow[] = [
  row(
    'R-01',
    'a 401 with no challenge, two, or one that is hard to read',
    'AUTH',
    `\`E_AUTH\`, ${CHALLENGES}, ${REFUSALS}`,
  ),
  row('R-02', '401 to a token that was just fetched', 'AUTH', `\`E_AUTH\`, ${TOKEN_FLOW}`),
  row('R-03', '401 in the middle of an upload', 'RTY', TOKEN_FLOW),
  row('R-04', '403, of the registry or of something before it', 'AUTH', `\`E_AUTH\`, ${REFUSALS}`),
  row('R-06', '429 with every kind of Retry-After', 'RTY', `${RETRIES} and ${SERVERS}`),
  row('R-07', '429 of a token server', 'RTY', TOKENS),
  row('R-08', 'answers that may be other ones the next time', 'RTY', RETRIES),
  row('R-09', 'answers that are final', 'NET', `\`E_NETWORK\`, ${RETRIES}`),
  row(
    'R-10',
    'nobody there, no such name, a handshake that does not end',
    'NET',
    `\`E_NETWORK\`, ${SERVERS}, ${CERTIFICATES}`,
  ),
  row('R-11', 'silence, and what is as good as silence', 'RTY', `${SERVERS} and ${RESUME}`),
  row('R-13', 'bodies that are shorter or longer than they say', 'RTY', SERVERS),
  row('R-14', 'a range that is answered with the whole', 'RTY', RESUME),
  row('R-15', 'a range that is answered with another one', 'RTY', RESUME),
  row('R-16', 'a range at or past the end is never asked for', 'ACC', RESUME),
  row('R-17', 'another version when the rest is asked for', 'RTY', RESUME),
  row('R-51', 'redirects: eleven of them, in a circle, of requests with a body', 'NET', `\`E_REDIRECT\`, ${REDIRECTS}`),
  row('R-52', 'a place that wants no credentials gets none', 'ACC', `${REDIRECTS} and ${LEAKS}`),
  row('R-53', 'what is the same origin, and what only looks like it', 'ACC', `${REDIRECTS} and ${LEAKS}`),
  row('R-54', 'a place that a redirect led to, and that wants credentials', 'ACC', LEAKS),
  row(
    'R-55',
    'plain http where it is not allowed, and where TLS was expected',
    'NET',
    `\`E_NETWORK\`, \`E_TLS\`, ${CERTIFICATES}`,
  ),
  row('R-56', 'certificates that are not accepted', 'NET', `\`E_TLS\`, ${CERTIFICATES}`),
  row('R-57', 'odd but legal HTTP, and a connection that was closed meanwhile', 'ACC', SERVERS),
  row('R-58', 'a server that would rather speak HTTP/2', 'ACC', CERTIFICATES),
  row(
    'R-59',
    'clocks that differ, and tokens that live for no time',
    'ACC',
    `${TOKEN_FLOW} and test/registry/token-response.test.ts`,
  ),
  row('R-63', 'one request in ten fails', 'RTY', 'test/faults/random-faults.test.ts'),
  row('X-01', 'SIGINT once', 'INT', MACHINE),
  row('X-02', 'SIGTERM, a second signal, a reader that goes away', 'INT', MACHINE),
  row('X-03', 'kill -9 before any system call', 'the next run succeeds', 'test/crash/kill-sweep.mjs'),
  row(
    'X-04',
    'EIO, ENOSPC, EDQUOT from write, fsync, rename, link',
    'IO',
    `${MACHINE} and test/crash/kill-sweep.mjs --fault`,
  ),
  row('X-05', 'disk full', 'IO', MACHINE),
  row('X-06', 'few file descriptors', 'ACC', MACHINE),
  row('X-07', 'a limit on file size', 'IO', MACHINE),
  row('X-08', 'read-only or foreign directories', 'IO', MACHINE),
  row('X-09', 'TMPDIR and cache on another file system', 'ACC', MACHINE),
  row('X-10', 'closed or dumb terminals', 'ACC', MACHINE),
  row('X-11', 'little memory', 'ACC', MACHINE),
  row('X-12', 'no HOME, no working directory, no user name', 'ACC', MACHINE),
  row('X-13', 'an output that exists', 'ACC', MACHINE),
  row('X-14', 'power loss', 'ACC', 'test/files.test.ts: a file is synced before it gets its name, its directory after'),
  row('X-15', 'stopped and continued', 'ACC', `${MACHINE}; transfers that resume come with the network`),
  row('K-01', 'many processes, one cache', 'ACC', `${PROCESSES} and ${MACHINE}`),
  row('K-02', 'many processes, one cache, and kill -9', 'ACC', PROCESSES),
  row('K-03', 'pruning a cache that others use', 'ACC', 'test/cache/upkeep.test.ts'),
  row('K-04', 'another version of the program on one cache', 'ACC', CACHE),
  row('K-05', 'two processes write one output', 'ACC', MACHINE),
  row('K-06', 'a cache that others can write to', 'ACC', `${CACHE}: what they may have written does not count`),
  row('K-07', 'a file system without working locks', 'ACC', `${PROCESSES}: there are no locks`),
  row('P-01', 'clock, no SOURCE_DATE_EPOCH', 'DIGEST', SWEEP),
  row('P-02', 'SOURCE_DATE_EPOCH', 'DIGEST', 'test/e2e/golden-builders.test.ts: it changes nothing, as in pack'),
  row('P-03', 'time zone, locale, collation', 'DIGEST', SWEEP),
  row('P-04', 'order of directories', 'DIGEST', SWEEP),
  row('P-05', 'umask, modes, owners', 'DIGEST', SWEEP),
  row('P-06', 'host name, working directory, HOME, TMPDIR', 'DIGEST', SWEEP),
  row(
    'P-07',
    'hard links, sparse files, atime',
    'DIGEST',
    'test/assemble/golden-layers.test.ts: hard links stay links, because pack keeps them',
  ),
  row('P-08', 'targets of symbolic links', 'DIGEST', 'test/assemble/golden-layers.test.ts: bytes as read'),
  row('P-09', 'deflate engine', 'DIGEST', 'test/tar/gzip.test.ts and the Node with a foreign zlib of the sweep'),
  row('P-10', 'gzip header', 'DIGEST', 'test/tar/gzip.test.ts'),
  row('P-11', 'sizes of writes', 'DIGEST', 'test/tar/gzip.test.ts'),
  row('P-12', 'number of CPUs, --jobs', 'DIGEST', SWEEP),
  row(
    'P-13',
    'JSON: order of keys, escapes',
    'DIGEST',
    'test/oci and test/e2e/golden-builders.test.ts: config bytes are pack’s',
  ),
  row('P-14', 'keys that look like numbers', 'DIGEST', 'test/oci/json.test.ts: objects are Maps'),
  row('P-15', 'directory, tar or tgz of one module', 'DIGEST', SWEEP),
  row('P-16', 'order of flags', 'DIGEST', SWEEP),
  row(
    'P-17',
    'registry against layout against archive',
    'DIGEST',
    'test/contracts/transport.ts, which every transport runs',
  ),
  row(
    'D-04',
    'an engine too old for OCI archives',
    'ACC',
    'test/peers/archives.test.ts: docker 20.10 loads and runs ours',
  ),
  row('P-18', 'a base image that moved', 'DIGEST', 'comes with the lock file: a layout does not move by itself'),
  row('P-19', 'version of the tool', 'DIGEST', 'test/tar/gzip.test.ts pins the assembly version'),
  row('P-20', 'order of the environment layer and of labels', 'DIGEST', 'test/e2e/golden-builders.test.ts: sorted'),
  row('P-21', 'Unicode normalisation by the file system', 'DIGEST', 'not on Linux: names are bytes'),
  row('P-22', 'random names', 'DIGEST', SWEEP),
  row('P-23', 'output of git', 'DIGEST', 'git is not run'),
  row('P-24', 'version of Node', 'DIGEST', 'test/reproducibility/sweep.mjs'),
  row('P-25', 'retries and resumed transfers', 'DIGEST', 'come with the network'),
  row('P-26', 'cold or warm cache', 'DIGEST', SWEEP),
  row('P-27', 'forms of tar headers', 'DIGEST', `test/tar/writer.test.ts, ${CATALOGUE}`),
  row(
    'A-01',
    'redirects of a registry: each status, place, request and credential',
    'ACC',
    `${LEAKS}: a secret reaches its own origin only`,
  ),
  row(
    'A-02',
    'a realm, or a redirect of the token server, that leads to plain http, into a private network, or nowhere',
    'REJ',
    `\`E_REALM\`, ${LEAKS} and test/registry/token-realm.test.ts`,
  ),
  row('A-03', 'a realm on another host', 'ACC', `${LEAKS}: over https`),
  row(
    'A-04',
    'an answer of a token server that is too large, or is no token',
    'AUTH',
    `\`E_AUTH\`, ${TOKENS} and test/registry/token-response.test.ts`,
  ),
  row('A-05', 'an identity token; a token server that knows passwords only', 'ACC', TOKENS),
  row('A-06', 'a file of credentials that is missing or empty', 'ACC', `${SOURCES}: nobody in particular asks`),
  row(
    'A-06',
    'a file of credentials that is a directory, not JSON, or of 100 MiB',
    'CFG',
    `\`E_CREDENTIALS\`, ${SOURCES}`,
  ),
  row('A-06', 'a file of credentials that everybody may read', 'WARN', `\`credentials-world-readable\`, ${SOURCES}`),
  row(
    'A-07',
    'every spelling of a registry as a key, and hosts that only look like it',
    'ACC',
    `${SOURCES}: the same host, the longest path`,
  ),
  row('A-08', 'an auth that is not base64, without a colon, not UTF-8', 'CFG', `\`E_CREDENTIALS\`, ${SOURCES}`),
  row('A-08', 'an auth with several colons, without a password', 'ACC', SOURCES),
  row('A-09', 'helpers that have nothing', 'ACC', `${HELPERS}: the next source is asked`),
  row('A-10', 'a helper whose name leads elsewhere', 'CFG', `\`E_CREDENTIALS\`, ${HELPERS}`),
  row('A-10', 'a helper in the working directory', 'AUTH', `\`E_AUTH\`, ${HELPERS}: it is not run`),
  row(
    'A-11',
    'a helper that hangs, floods, fails, says no JSON, or wants a terminal',
    'AUTH',
    `\`E_AUTH\`, ${HELPERS}: nothing of what it says is shown`,
  ),
  row('A-12', 'the same registry in every source', 'ACC', `${SOURCES}: the first one counts`),
  row('A-13', 'CNB_REGISTRY_AUTH that is malformed', 'CFG', `\`E_CREDENTIALS\`, ${SOURCES}`),
  row('A-14', 'credentials that are not taken, for a push', 'AUTH', `\`E_AUTH\`, ${REFUSALS}`),
  row('A-14', 'credentials that are not taken, to read', 'WARN', `\`credentials-refused\`, ${REFUSALS}: read without`),
  row('A-15', 'a secret as an argument', 'ACC', `no flag takes one`),
  row(
    'A-16',
    'a secret in every place where one can be',
    'ACC',
    `test/e2e/credentials.test.ts and test/e2e/secrets.test.ts: it shows nowhere`,
  ),
  row(
    'A-17',
    'HttpHeaders in the file of docker',
    'ACC',
    `${SOURCES} and ${LEAKS}: for registries that the file knows`,
  ),
  row(
    'A-18',
    'the key of a client: open to others, encrypted, of another certificate',
    'WARN',
    `test/http/tls.test.ts`,
  ),
  row('A-19', 'a push without credentials', 'AUTH', `\`E_AUTH\`, ${REFUSALS}: names docker login`),
  row('A-20', 'a token that is too narrow for a later request', 'RTY', `test/registry/authorizer.test.ts`),
  row(
    'H-01',
    'a login page, an error in JSON or nothing instead of an archive',
    'REJ',
    `\`E_NOT_ARCHIVE\`, ${DOWNLOADS}`,
  ),
  row('H-02', 'a file that does not have the digest of its pin', 'REJ', `\`E_DIGEST\`, ${DOWNLOADS}`),
  row('H-03', 'plain http without a pin or a flag', 'CFG', `\`E_INPUT\`, ${DOWNLOADS}: this machine needs neither`),
  row('H-04', 'a redirect from https to http', 'REJ', `\`E_REDIRECT\`, ${REDIRECTS}`),
  row(
    'H-05',
    'a redirect to a file, to data, to ftp, or into a private network',
    'REJ',
    `\`E_REDIRECT\`, ${REDIRECTS}: private only if that is where we were sent first`,
  ),
  row('H-06', 'status 304 that nobody asked for, or without a sound file here', 'RTY', DOWNLOADS),
  row('H-07', 'tags that are weak, huge, malformed, or change without need', 'ACC', `${DOWNLOADS}: the digest decides`),
  row('H-08', 'new content at the same address', 'ACC', `${DOWNLOADS}; a pin refuses it, a lock file comes later`),
  row('H-09', 'a file that is cut, with and without ranges', 'RTY', `${DOWNLOADS} and test/http/resume.test.ts`),
  row('H-10', 'ten TiB, no length, a negative one, two', 'REJ', `\`E_SIZE\`, \`E_IO\`, ${DOWNLOADS} and ${SERVERS}`),
  row('H-11', 'a file name in Content-Disposition', 'ACC', `${DOWNLOADS}: ignored`),
  row('H-12', 'status 204 or 206, a redirect to nowhere', 'NET', `\`E_NETWORK\`, ${DOWNLOADS}`),
  row('H-13', 'a body that trickles or never ends, redirects without end', 'NET', `${SERVERS} and ${REDIRECTS}`),
  row('H-14', 'a cookie that is wanted back', 'NET', `\`E_NETWORK\`, ${DOWNLOADS}: says that none are kept`),
  row('H-15', 'a proxy that wants a password', 'AUTH', `\`E_AUTH\`, ${PROXIES}`),
  row('H-15', 'a proxy that is not there, hangs, or refuses', 'NET', `\`E_NETWORK\`, ${PROXIES}`),
  row('H-15', 'a proxy of another kind', 'CFG', `\`E_USAGE\`, ${PROXIES}`),
  row('H-16', 'a file of the cache that was altered', 'RTY', DOWNLOADS),
  row('U-06', 'secrets in what a redirect leads to', 'REJ', `\`E_REDIRECT\`, ${REDIRECTS}: not shown`),
  row('U-07', 'a server that repeats a secret', 'AUTH', `\`E_AUTH\`, ${DOWNLOADS} and ${SERVERS}: not shown`),
  row('U-08', 'a password in the address of a proxy', 'ACC', `${PROXIES}: told to the proxy only, not shown`),
  row('U-09', 'secrets in the configuration of git', 'ACC', 'git is not run'),
]
