/** Group T, part one: names, links, types of entries; what `TreeCheck` decides. */
import type { ErrorCode } from '#src/errors.js'
import {
  MODULE_PARTS,
  archive,
  directory,
  entry,
  gnuLong,
  hardlink,
  moduleArchive,
  pax,
  symlink,
} from '../support/tar-bytes.js'
import type { Outcome, Parts, Row, RowElsewhere } from './catalogue-row.js'

const row = (id: string, outcome: Outcome, about: string, parts: Parts, more: Partial<Row> = {}): Row => ({
  id,
  about,
  outcome,
  make: () => moduleArchive(...parts),
  ...more,
})
const refused = (id: string, code: ErrorCode, about: string, ...parts: Parts): Row =>
  row(id, 'REJ', about, parts, { code })
const accepted = (id: string, about: string, ...parts: Parts): Row => row(id, 'ACC', about, parts)
const normal = (id: string, about: string, parts: Parts, same: Parts): Row =>
  row(id, 'NORM', about, parts, { same: () => moduleArchive(...same) })
const warned = (id: string, code: `W_${string}`, about: string, ...parts: Parts): Row =>
  row(id, 'WARN', about, parts, { code })

const file = (name: string | Uint8Array, content = 'x'): Buffer => entry({ name }, content)
/** A name of so many bytes, in parts that are not too long. */
const longName = (bytes: number): string =>
  'abcdefghi/'
    .repeat(Math.ceil(bytes / 10))
    .slice(0, bytes - 1)
    .concat('z')
const withPath = (path: string | Uint8Array): Parts => [pax({ path }), file('short')]
const deep = (levels: number): string => Array.from({ length: levels }, () => 'd').join('/')

export const NAME_ROWS: readonly (Row | RowElsewhere)[] = [
  refused('T-01', 'E_TAR_PATH_ESCAPE', 'a name that climbs out', file('../evil')),
  ...['a/../../evil', 'a/b/../../../evil', './../evil', 'a/..', 'bin/../inside'].map((name) =>
    refused('T-02', 'E_TAR_PATH_ESCAPE', `the name ${name}`, file(name)),
  ),
  accepted('T-02', 'names with two dots that are no part of their own', file('a..b'), file('..a'), file('...')),
  ...['/etc/evil', '//evil'].map((name) => refused('T-03', 'E_TAR_ABSOLUTE', `the name ${name}`, file(name))),
  ...['..\\..\\evil', 'C:\\evil', 'C:/evil', '\\\\srv\\x', 'a\\b'].map((name) =>
    refused('T-04', 'E_TAR_NAME_CHARS', `the name ${name}`, file(name)),
  ),
  refused(
    'T-05',
    'E_TAR_PATH_ESCAPE',
    'a PAX path that climbs, over a harmless name',
    pax({ path: '../../evil' }),
    file('ok'),
  ),
  refused(
    'T-05',
    'E_TAR_PATH_ESCAPE',
    'a harmless PAX path over a name that climbs',
    pax({ path: 'ok' }),
    file('../../evil'),
  ),
  refused(
    'T-05',
    'E_TAR_PATH_ESCAPE',
    'a GNU name that climbs, over a harmless one',
    gnuLong('../../evil'),
    file('ok'),
  ),
  refused('T-05', 'E_TAR_ABSOLUTE', 'a harmless PAX path over an absolute name', pax({ path: 'ok' }), file('/evil')),
  refused('T-06', 'E_TAR_LINK_ESCAPE', 'a link to an absolute path', symlink('l', '/etc/passwd')),
  row('T-06', 'WARN', 'a link to an absolute path, where that is allowed', [symlink('l', '/etc/passwd')], {
    code: 'W_TAR_ABSOLUTE_LINK',
    flags: ['--allow-absolute-symlinks'],
  }),
  refused('T-07', 'E_TAR_LINK_ESCAPE', 'a link that climbs out of the module', symlink('a/l', '../../x')),
  refused(
    'T-07',
    'E_TAR_LINK_ESCAPE',
    'a link that climbs out and comes back',
    symlink('l', '../1.0.0/buildpack.toml'),
  ),
  accepted('T-07', 'a link that climbs as far as the root', symlink('a/l', '../buildpack.toml'), symlink('b/l', '..')),
  accepted('T-08', 'links to nothing', symlink('l', 'nowhere'), symlink('d/l', '../nowhere/else')),
  accepted('T-08', 'links to each other', symlink('a', 'b'), symlink('b', 'a')),
  refused(
    'T-09',
    'E_TAR_PARENT_NOT_DIR',
    'a file written through a link',
    directory('d'),
    symlink('l', 'd'),
    file('l/f'),
  ),
  refused('T-10', 'E_TAR_PARENT_NOT_DIR', 'a file in a file', file('x'), file('x/y')),
  refused('T-10', 'E_TAR_PARENT_NOT_DIR', 'a file in the place of a folder with files', file('x/y'), file('x')),
  refused('T-10', 'E_TAR_DUPLICATE', 'a folder that becomes a link', directory('d'), symlink('d', 'bin'), file('d/f')),
  refused('T-11', 'E_TAR_LINK_ESCAPE', 'a hard link to an absolute path', hardlink('h', '/etc/passwd')),
  refused('T-11', 'E_TAR_LINK_ESCAPE', 'a hard link that climbs out', hardlink('h', '../../etc/passwd')),
  refused('T-12', 'E_TAR_LINK_TARGET', 'a hard link to nothing', hardlink('h', 'nope')),
  refused('T-12', 'E_TAR_LINK_TARGET', 'a hard link to what comes later', hardlink('h', 'f'), file('f')),
  refused('T-12', 'E_TAR_LINK_TARGET', 'a hard link to itself', hardlink('h', 'h')),
  refused('T-12', 'E_TAR_LINK_TARGET', 'a hard link to a folder', hardlink('h', 'bin')),
  refused('T-12', 'E_TAR_LINK_TARGET', 'a hard link to a link', symlink('l', 'bin/build'), hardlink('h', 'l')),
  refused(
    'T-07',
    'E_TAR_LINK_ESCAPE',
    'a link that climbs out by way of a link to its own folder',
    symlink('deep/x', '.'),
    symlink('s', 'deep/x/../..'),
  ),
  refused(
    'T-13',
    'E_TAR_LINK_ESCAPE',
    'two links that lead out together',
    symlink('a/b/c/up', '../..'),
    symlink('a/b/escape', 'c/up/../..'),
  ),
  refused(
    'T-13',
    'E_TAR_LINK_ESCAPE',
    'a link that leads out by way of one that comes later',
    symlink('out', 'd/e/later/../../etc/passwd'),
    symlink('d/e/later', '../..'),
  ),
  refused(
    'T-13',
    'E_TAR_LINK_TARGET',
    'two links and a hard link that lead out together',
    symlink('a/b/c/up', '../..'),
    symlink('a/b/escape', 'c/up/../..'),
    hardlink('h', 'a/b/escape/x'),
  ),
  normal('T-14', 'a hard link to a file before it', [file('f'), hardlink('h', './f')], [file('f'), hardlink('h', 'f')]),
  refused(
    'T-15',
    'E_TAR_LINK_DATA',
    'a hard link with content',
    file('f'),
    entry({ name: 'h', type: '1', link: 'f' }, 'data'),
  ),
  refused('T-16', 'E_TAR_LINK_DATA', 'a folder with content', entry({ name: 'd/', type: '5' }, 'data')),
  refused('T-17', 'E_TAR_LINK_DATA', 'a link with content', entry({ name: 'l', type: '2', link: 'x' }, 'data')),
  refused('T-18', 'E_TAR_NAME_CHARS', 'no name', file('')),
  refused('T-18', 'E_TAR_ABSOLUTE', 'a slash for a name', directory('/')),
  refused('T-18', 'E_TAR_NAME_CHARS', 'a file in the place of the root', file('.')),
  normal('T-18', 'entries for the root', [directory('.'), directory('./')], []),
  normal('T-19', 'an empty file with the name of a folder', [file('f/', '')], [directory('f')]),
  refused('T-19', 'E_TAR_TYPE', 'a file with content and the name of a folder', file('f/')),
  refused('T-20', 'E_TAR_SPECIAL', 'a character device', entry({ name: 'c', type: '3' })),
  refused('T-20', 'E_TAR_SPECIAL', 'a block device', entry({ name: 'b', type: '4' })),
  refused('T-20', 'E_TAR_SPECIAL', 'a fifo', entry({ name: 'p', type: '6' })),
  {
    id: 'T-21',
    about: 'a socket in a folder',
    outcome: 'REJ',
    notApplicable: 'no archive holds a socket; the tests of directories have it',
  },
  ...[0o4755, 0o2755, 0o1755].map((mode) =>
    row('T-22', 'WARN', `the mode ${mode.toString(8)}`, [entry({ name: 's', mode }, 'x')], {
      code: 'W_TAR_MODE',
      same: () => moduleArchive(entry({ name: 's', mode: 0o755 }, 'x')),
    }),
  ),
  normal('T-23', 'a contiguous file', [entry({ name: 'f', type: '7' }, 'x')], [file('f')]),
  ...[
    { name: longName(100), make: (name: string): Parts => [file(name)] },
    { name: longName(101), make: (name: string): Parts => [pax({ path: name }), file('short')] },
    {
      name: `${longName(155)}/${longName(100)}`,
      make: (name: string): Parts => [entry({ name: name.slice(156), prefix: name.slice(0, 155) }, 'x')],
    },
    { name: longName(257), make: withPath },
    {
      name: longName(300),
      make: (name: string): Parts => [gnuLong(name), entry({ name: 'short', magic: 'ustar  \0' }, 'x')],
    },
  ].map(({ name, make }) => accepted('T-41', `a name of ${name.length} bytes`, ...make(name))),
  accepted('T-41', 'a name of 4095 bytes', ...withPath('abcdefghijklmnopqrs/'.repeat(205).slice(0, 4094).concat('z'))),
  refused(
    'T-41',
    'E_TAR_PATH_LIMIT',
    'a name of 4096 bytes',
    ...withPath('abcdefghijklmnopqrs/'.repeat(205).slice(0, 4095).concat('z')),
  ),
  ...[4095, 4096].map((bytes) => {
    const parts = [gnuLong(longName(bytes), 'K'), symlink('l', 'short')]
    const about = `a link to a name of ${bytes} bytes`
    return bytes === 4095 ? accepted('T-41', about, ...parts) : refused('T-41', 'E_TAR_PATH_LIMIT', about, ...parts)
  }),
  accepted('T-42', 'a part of 255 bytes', ...withPath('n'.repeat(255))),
  refused('T-42', 'E_TAR_PATH_LIMIT', 'a part of 256 bytes', ...withPath('n'.repeat(256))),
  refused('T-42', 'E_TAR_PATH_LIMIT', 'a part of 128 letters that make 256 bytes', ...withPath('é'.repeat(128))),
  accepted('T-42', '255 levels', ...withPath(deep(255))),
  refused('T-42', 'E_TAR_PATH_LIMIT', '256 levels', ...withPath(deep(256))),
  refused('T-42', 'E_TAR_PATH_LIMIT', '2000 levels', ...withPath(deep(2000))),
  refused('T-43', 'E_TAR_NAME_ENCODING', 'a name that is not UTF-8', file(Buffer.from('66fffe6f', 'hex'))),
  refused(
    'T-43',
    'E_TAR_NAME_ENCODING',
    'a GNU name that is not UTF-8',
    gnuLong(Buffer.from('66fffe6f', 'hex')),
    file('s'),
  ),
  refused('T-43', 'E_TAR_NAME_ENCODING', 'a PAX path that is not UTF-8', ...withPath(Buffer.from('66fffe6f', 'hex'))),
  refused(
    'T-43',
    'E_TAR_NAME_ENCODING',
    'a PAX path that says it is bytes',
    pax({ hdrcharset: 'BINARY', path: Buffer.from('66fffe6f', 'hex') }),
    file('s'),
  ),
  refused('T-43', 'E_TAR_NAME_ENCODING', 'another character set', pax({ hdrcharset: 'KOI8-R', path: 'a' }), file('s')),
  warned('T-44', 'W_TAR_NAME_TWIN', 'one name composed and decomposed', file('caf\u00e9'), file('cafe\u0301')),
  warned('T-44', 'W_TAR_NAME_TWIN', 'one name in two cases', file('A'), file('a')),
  ...['a\u001b[31m', 'a\nb', 'a\u007f', 'a\u0085b', '\t'].map((name) =>
    refused('T-45', 'E_TAR_NAME_CHARS', `the name ${JSON.stringify(name)}`, file(name)),
  ),
  ...['a\u202eb', 'a\u2066b', 'a\u2028b'].map((name) =>
    warned('T-45', 'W_TAR_NAME_BIDI', `the name a\\u${name.charCodeAt(1).toString(16)}b`, file(name)),
  ),
  refused('T-46', 'E_TAR_DUPLICATE', 'one file twice', file('d'), file('d')),
  normal('T-47', 'one folder twice', [directory('d'), directory('d')], [directory('d')]),
  ...['./a', 'a//', './/a'].map((name) =>
    refused('T-48', 'E_TAR_DUPLICATE', `a and ${name}`, file('a'), name.endsWith('/') ? directory(name) : file(name)),
  ),
  normal(
    'T-48',
    'one folder in three spellings',
    [directory('a'), directory('./a/'), directory('a/./')],
    [directory('a')],
  ),
  ...['.wh.x', '.wh..wh..opq', '.wh.', 'd/.wh.y', '.wh.d/f'].map((name) =>
    refused('T-49', 'E_TAR_WHITEOUT', `the name ${name}`, file(name)),
  ),
  {
    id: 'T-63',
    about: 'a million files; a hundred thousand folders',
    outcome: 'ACC',
    notApplicable: 'half a gigabyte; a test of its own streams it',
  },
  {
    id: 'T-64',
    about: 'a file that changes while it is read',
    outcome: 'REJ',
    notApplicable: 'needs a directory; the tests of directories have it',
  },
  {
    id: 'T-65',
    about: 'a file or folder that may not be read',
    outcome: 'IO',
    notApplicable: 'needs a directory; the tests of directories have it',
  },
  {
    id: 'T-66',
    about: 'a module folder that is a link, holds a link out of itself, or the output',
    outcome: 'REJ',
    notApplicable: 'needs a directory; the tests of directories have it, T-07 has the link',
  },
  refused('T-67', 'E_TAR_DUPLICATE', 'two buildpack.toml', entry({ name: './buildpack.toml' }, 'api = "0.11"\n')),
  ...[
    { about: 'a link', part: symlink('buildpack.toml', 'other.toml') },
    { about: 'a folder', part: directory('buildpack.toml') },
    { about: 'a hard link', part: Buffer.concat([file('other.toml'), hardlink('buildpack.toml', 'other.toml')]) },
    { about: 'larger than any', part: entry({ name: 'buildpack.toml' }, '#'.repeat((4 << 20) + 1)) },
  ].map(({ about, part }): Row => ({
    id: 'T-68',
    about: `a buildpack.toml that is ${about}`,
    outcome: 'REJ',
    code: 'E_DESCRIPTOR',
    make: () => archive(...MODULE_PARTS.slice(1), part),
    judgedBy: 'module',
  })),
  {
    id: 'T-69',
    about: 'bin/build is a link inside the module',
    outcome: 'ACC',
    make: () =>
      archive(
        ...MODULE_PARTS.slice(0, 2),
        ...MODULE_PARTS.slice(3),
        file('run', '#!/bin/sh\n'),
        symlink('bin/build', '../run'),
      ),
  },
  {
    id: 'T-70',
    about: 'one folder at the top holds everything',
    outcome: 'CFG',
    code: 'E_INPUT',
    make: () => archive(directory('my-bp-1.0'), entry({ name: 'my-bp-1.0/buildpack.toml' }, 'api = "0.10"\n')),
    judgedBy: 'module',
  },
]
