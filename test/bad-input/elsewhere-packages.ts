import { row, type ElsewhereRow } from './elsewhere-row.js'

const MAKERS = 'test/e2e/package-makers.test.ts'
const DAMAGE = 'test/e2e/package-damage.test.ts'

/** What of groups C, G and O is about packages and no table. */
export const PACKAGE_FILE_ROWS: readonly ElsewhereRow[] = [
  row(
    'C-18',
    'composites in a circle: of directories, files and images, of two and of three',
    'CFG',
    ['test/e2e/package-circles.test.ts > composites in a circle are told, however they come: %s'],
    { rule: 'order-composite-cycle' },
  ),
  row(
    'C-18',
    'a dependency that is an extension, as a directory, a file and an image',
    'REJ',
    ['test/e2e/package-neither.test.ts > %s is no dependency'],
    { code: 'E_LABEL' },
  ),
  row(
    'G-08',
    'a layer of a package in zstd, where this Node cannot read it',
    'REJ',
    [
      `${MAKERS} > a layer in zstd > in %s becomes one in gzip where this Node reads zstd, and is refused where it does not`,
    ],
    { code: 'E_COMPRESSION' },
  ),
  row(
    'O-02',
    'one byte of a .cnb flipped, wherever it is',
    'REJ',
    [`${DAMAGE} > a package in a file, %s > one byte flipped: …`],
    { code: 'E_DIGEST' },
  ),
  row('O-05', 'a .cnb cut off, wherever it is', 'REJ', [`${DAMAGE} > a package in a file, %s > cut off: …`], {
    code: 'E_TAR_TRUNCATED',
  }),
  row(
    'O-35',
    'a package whose label says something else than its layer, of order, stacks, targets, name or home page',
    'WARN',
    [
      `${MAKERS} > in %s > a package with %s is taken, with a warning`,
      `${MAKERS} > in %s > a package with %s is refused`,
    ],
    { rule: 'package-label-differs' },
  ),
  row(
    'O-35',
    'a package with layers of which its label does not speak',
    'WARN',
    [`${MAKERS} > in %s > a package with %s is taken, with a warning`],
    { rule: 'package-layer-unlabelled' },
  ),
  row(
    'O-37',
    'a package with several variants of the platform',
    'WARN',
    [`${MAKERS} > in %s > a package with %s is taken, with a warning`],
    { rule: 'platform-variants' },
  ),
  row('O-41', 'what docker save writes, without a layout', 'ACC', [
    `${MAKERS} > a file > as docker save writes it is taken`,
  ]),
]
