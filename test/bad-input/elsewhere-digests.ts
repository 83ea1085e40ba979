import { row, type ElsewhereRow } from './elsewhere-row.js'

const SWEEP = 'test/reproducibility/sweep.mjs'
const GZIP = 'test/tar/gzip.test.ts'
const GOLDEN = 'test/contracts/golden-builders.ts > builders of one platform > $name: $title'
const LAYERS = 'test/assemble/golden-layers.test.ts > layers of modules > %s is what pack makes: %s'

/** Group P. The test suite runs the sweep without other versions of Node: test/e2e/reproducible.test.ts. */
export const DIGEST_ROWS: readonly ElsewhereRow[] = [
  row('P-01', 'clock, no SOURCE_DATE_EPOCH', 'DIGEST', [`${SWEEP} > every time touched`]),
  row('P-02', 'SOURCE_DATE_EPOCH', 'DIGEST', [`${SWEEP} > SOURCE_DATE_EPOCH=1700000000`], {
    note: 'changes nothing, as in pack',
  }),
  row('P-03', 'time zone, locale, collation', 'DIGEST', [`${SWEEP} > TZ=…`, `${SWEEP} > LC_ALL=…`]),
  row('P-04', 'order of directories', 'DIGEST', [
    `${SWEEP} > files made in the opposite order`,
    `${SWEEP} > files made in a shuffled order`,
    `${SWEEP} > on a tmpfs, which lists the newest file first`,
  ]),
  row('P-05', 'umask, modes, owners', 'DIGEST', [`${SWEEP} > umask …`, `${SWEEP} > files that only their owner reads`]),
  row('P-06', 'working directory, HOME, TMPDIR', 'DIGEST', [
    `${SWEEP} > HOME that does not exist`,
    `${SWEEP} > from another working directory`,
  ]),
  row('P-07', 'hard links, sparse files, atime', 'DIGEST', [LAYERS], {
    note: 'hard links stay links, because pack keeps them',
  }),
  row('P-08', 'targets of symbolic links', 'DIGEST', [LAYERS], { note: 'bytes as read' }),
  row('P-09', 'deflate engine', 'DIGEST', [
    `${GZIP} > the engine in use gives the known answer, and is zlib wherever zlib does`,
    `${SWEEP} > Debian's Node …`,
  ]),
  row('P-10', 'gzip header', 'DIGEST', [`${GZIP} > the frame says nothing about the machine`]),
  row('P-11', 'sizes of writes', 'DIGEST', [
    `${GZIP} > bytes do not depend on how the input was chunked, nor on where blocks are compressed`,
  ]),
  row('P-12', 'number of CPUs, --jobs', 'DIGEST', [`${SWEEP} > --jobs …`]),
  row('P-13', 'JSON: order of keys, escapes', 'DIGEST', [
    'test/oci/json.test.ts > printJson > escapes as Go does',
    GOLDEN,
  ]),
  row('P-14', 'keys that look like numbers', 'DIGEST', [
    'test/oci/json.test.ts > parseJson > keeps the order of keys, integer-like ones too',
  ]),
  row('P-15', 'directory, tar or tgz of one module', 'DIGEST', [
    `${SWEEP} > a module from a tar instead of its directory`,
    `${SWEEP} > a module from a tgz instead of its directory`,
  ]),
  row('P-16', 'order of flags', 'DIGEST', [`${SWEEP} > flags in the opposite order`]),
  row('P-17', 'registry against layout against archive', 'DIGEST', [
    'test/contracts/transport.ts > %s comes back as it was, to the byte',
  ]),
  row('P-18', 'a base image that moved', 'DIGEST', [], {
    note: 'not done: needs the lock file; a base by digest does not move',
  }),
  row('P-19', 'version of the tool', 'DIGEST', [
    `${GZIP} > the bytes are pinned: a change here changes the layers of every user`,
  ]),
  row('P-20', 'order of the environment layer and of labels', 'DIGEST', [GOLDEN], { note: 'sorted' }),
  row('P-21', 'Unicode normalisation by the file system', 'DIGEST', [], {
    note: 'does not apply to Linux: names are bytes',
  }),
  row('P-22', 'random names', 'DIGEST', [`${SWEEP} > without a cache`]),
  row(
    'P-23',
    'output of git',
    'DIGEST',
    ['test/e2e/registry-index.test.ts > is the one that is made of the package itself'],
    {
      note: 'what comes of it is an image by its digest',
    },
  ),
  row('P-24', 'version of Node', 'DIGEST', [`${SWEEP} > Node …`]),
  row('P-25', 'retries and resumed transfers', 'DIGEST', [
    'test/faults/push-sweep.test.ts > push',
    'test/faults/pull-sweep.test.ts > pull, …',
  ]),
  row('P-26', 'cold or warm cache', 'DIGEST', [`${SWEEP} > cold`, `${SWEEP} > warm: every layer is there already`]),
  row('P-27', 'forms of tar headers', 'DIGEST', ['test/tar/writer.test.ts > bytes that Go writes too', LAYERS]),
]
