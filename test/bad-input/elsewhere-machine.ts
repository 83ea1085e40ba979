import { row, type ElsewhereRow } from './elsewhere-row.js'

const MACHINE = 'test/e2e/resources.test.ts'
const SIGNALS = 'test/e2e/signals.test.ts'
const SWEEP = 'test/crash/kill-sweep.test.ts'
const PUBLISHING = 'test/crash/publish-sweep.test.ts > X-03, X-04 …'
const MANY = 'test/crash/many-processes.test.ts'
const CACHE = 'test/cache/cache.test.ts'
const PROCESSES = 'test/cache/processes.test.ts'

/** Groups X and K, and what of groups D and O needs a real engine, or a hand on a file between two reads. */
export const MACHINE_ROWS: readonly ElsewhereRow[] = [
  row(
    'O-45',
    'a file that is replaced, cut or gone while it is read',
    'REJ',
    ['test/transports/read-layout.test.ts > O-45: a blob that changes after the image was opened'],
    { code: 'E_DIGEST' },
  ),
  row('D-04', 'an engine too old for OCI archives', 'ACC', [
    'test/peers/archives.test.ts > D-04: docker loads it, has it under the digest of its config, and runs it',
  ]),
  row('X-01', 'SIGINT once', 'INT', [
    `${MACHINE} > signals > %s %s leave the output as it was and no temporary file, however far the run has come`,
  ]),
  row('X-01', 'SIGINT in the middle of an upload, or of a download', 'INT', [
    `${SIGNALS} > a signal in the middle of an upload > %s %s ends it before all is sent: uploads are cancelled, the tag stays, no file is left`,
    `${SIGNALS} > X-01 SIGINT is obeyed also when the registry does not answer any more`,
    `${SIGNALS} > X-01 SIGINT in the middle of a download leaves the output as it was, and no file`,
  ]),
  row('X-02', 'SIGTERM, SIGHUP, a second signal', 'INT', [
    `${MACHINE} > signals > %s %s leave the output as it was and no temporary file, however far the run has come`,
    `${SIGNALS} > X-02 a second signal does not wait for that`,
  ]),
  row('X-02', 'a reader that goes away', 'ACC', [
    `${MACHINE} > signals > X-02 a reader that goes away (\`| head\`) is no crash`,
  ]),
  row('X-03', 'kill -9 before any system call', 'the next run succeeds', [`${SWEEP} > X-03 killed`, PUBLISHING]),
  row(
    'X-04',
    'EIO, ENOSPC, EDQUOT, EROFS from read, write, fsync, rename, link',
    'IO',
    [
      `${MACHINE} > disk > X-04 …`,
      `${MACHINE} > disk > X-04 a file that cannot be read is E_IO naming it`,
      `${SWEEP} > X-04 told ENOSPC`,
      PUBLISHING,
    ],
    { code: 'E_IO' },
  ),
  row('X-05', 'disk full', 'IO', [`${MACHINE} > disk > X-05 a full disk is E_IO and leaves no half image`], {
    code: 'E_IO',
  }),
  row('X-06', 'few file descriptors', 'ACC', [
    `${MACHINE} > disk > X-06 sixty-four open files are enough, whatever the number of jobs`,
  ]),
  row(
    'X-06',
    'no file descriptors',
    'IO',
    [`${MACHINE} > disk > X-06 no more files at all is E_IO, also for Node itself`],
    {
      code: 'E_IO',
    },
  ),
  row('X-07', 'a limit on file size', 'IO', [`${MACHINE} > disk > X-07 a limit on file size is E_IO`], {
    code: 'E_IO',
  }),
  row(
    'X-08',
    'an output that may not be written to',
    'IO',
    [`${MACHINE} > disk > X-08 a directory that may not be written to is E_IO naming it`],
    { code: 'E_IO' },
  ),
  row('X-08', 'a cache that may not be written to', 'ACC', [
    `${MACHINE} > disk > X-08 a cache that may not be written to is done without`,
    `${CACHE} > X-08 a cache that cannot be written to`,
  ]),
  row('X-09', 'TMPDIR and cache on another file system', 'ACC', [
    `${MACHINE} > disk > X-09 TMPDIR and cache on another file system than the output make no difference`,
  ]),
  row('X-10', 'closed or dumb terminals', 'ACC', [
    `${MACHINE} > surroundings > X-10 a closed stdout or stderr is no crash`,
    `${MACHINE} > surroundings > X-10 TERM=dumb and NO_COLOR bring no escapes`,
  ]),
  row('X-11', 'little memory', 'ACC', [`${MACHINE} > surroundings > X-11 a small heap is enough`]),
  row('X-12', 'no HOME, no working directory, no user name', 'ACC', [
    `${MACHINE} > surroundings > X-12 no environment, no HOME, a working directory that is gone`,
    `${MACHINE} > surroundings > X-12 a user without a name`,
  ]),
  row('X-13', 'an output that exists', 'ACC', [
    `${MACHINE} > disk > X-13 an output that is there already is replaced as a whole`,
  ]),
  row('X-14', 'power loss', 'ACC', [
    `${MACHINE} > disk > X-14 nothing has a name before it is on the disk, and index.json is the last to get one: %s`,
  ]),
  row('X-15', 'stopped and continued', 'ACC', [
    `${MACHINE} > surroundings > X-15 a run that was stopped and continued ends well`,
  ]),
  row('X-15', 'stopped and continued in the middle of a transfer, its connections gone', 'ACC', [
    `${SIGNALS} > X-15 a run that is stopped in the middle of a transfer, and continued > goes on with an upload, although its connections are gone`,
    `${SIGNALS} > X-15 a run that is stopped in the middle of a transfer, and continued > goes on with a download, although its connections are gone`,
  ]),
  row('K-01', 'many processes, one cache', 'ACC', [
    `${PROCESSES} > K-01 many processes keep the same blobs at once`,
    `${MANY} > K-01, K-05 processes with one cache make the same, fetch nothing in vain, and nothing again`,
    `${MACHINE} > several at once > K-01, K-05 eight runs share a cache and an output and agree on the digest`,
  ]),
  row('K-02', 'many processes, one cache, and kill -9', 'ACC', [
    `${PROCESSES} > K-02 processes that are killed in the middle of it do no harm to the others`,
    `${MANY} > K-02 …`,
  ]),
  row('K-03', 'pruning what is old of a cache that others use', 'ACC', [
    'test/cache/upkeep.test.ts > K-03 does not take a file from who is reading it, and what is gone is kept again',
    `${MANY} > K-03 runs do not notice that what is old is removed from their cache`,
  ]),
  row(
    'K-03',
    'removing everything from a cache that others use, over and over',
    'IO',
    [
      `${MANY} > K-03 a run whose cache is emptied under it succeeds, or says what is gone and leaves the output as it was`,
    ],
    { code: 'E_IO', note: 'or it succeeds, when what it needs was not taken' },
  ),
  row('K-04', 'another version of the program on one cache', 'ACC', [
    `${CACHE} > K-04 a newer version of the program > is not disturbed`,
  ]),
  row('K-05', 'two processes write one output', 'ACC', [
    `${MACHINE} > several at once > K-01, K-05 eight runs share a cache and an output and agree on the digest`,
  ]),
  row(
    'K-06',
    'a cache that others can write to',
    'ACC',
    [
      `${CACHE} > K-06 a cache that others can write to`,
      `${MACHINE} > several at once > K-06 a link planted where the cache keeps a blob is not followed`,
      'test/files.test.ts > has 128 random bits in its name',
    ],
    { note: 'what they may have written does not count' },
  ),
  row(
    'K-07',
    'a file system without working locks',
    'ACC',
    [`${PROCESSES} > K-01 many processes keep the same blobs at once`],
    {
      note: 'there are no locks',
    },
  ),
]
