import { BLOCK_BYTES } from './fields.js'
import { hasChecksum, hasMagic, isZero } from './header.js'

/** What content turns out to be, whatever its name says. */
export type ContentKind =
  | 'gzip'
  | 'tar'
  | 'empty'
  | 'zeros'
  | 'zstd'
  | 'xz'
  | 'bzip2'
  | 'lz4'
  | 'lzma'
  | 'lzip'
  | 'compress'
  | 'zip'
  | '7z'
  | 'rar'
  | 'elf'
  | 'html'
  | 'xml'
  | 'json'
  | 'lfs'
  | 'text'
  | 'unknown'

const MAGICS: readonly (readonly [ContentKind, readonly number[]])[] = [
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
  ['lzip', [0x4c, 0x5a, 0x49, 0x50]],
  ['lzma', [0x5d, 0, 0]],
  ['compress', [0x1f, 0x9d]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['rar', [0x52, 0x61, 0x72, 0x21]],
  ['elf', [0x7f, 0x45, 0x4c, 0x46]],
]

/** As many bytes as tell what some content is. */
export const SNIFFED_BYTES = BLOCK_BYTES

/**
 * What the first bytes of some content make it. A tar header that adds up is one even if the name in it looks like the
 * magic of something else.
 *
 * @param bytes at least `SNIFFED_BYTES`, unless the content is shorter
 */
export function sniff(bytes: Uint8Array): ContentKind {
  if (bytes.length === 0) return 'empty'
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip'
  if (bytes.length >= BLOCK_BYTES && hasChecksum(bytes.subarray(0, BLOCK_BYTES)) && !isZero(bytes)) return 'tar'
  const found = MAGICS.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))
  if (found !== undefined) return found[0]
  if (isZero(bytes)) return 'zeros'
  if (bytes.length >= BLOCK_BYTES && hasMagic(bytes)) return 'tar'
  return textKind(bytes)
}

function textKind(bytes: Uint8Array): ContentKind {
  const text = Buffer.from(bytes.subarray(0, BLOCK_BYTES))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
  // oxlint-disable-next-line no-control-regex -- what text has none of
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text)) return 'unknown'
  const start = text.trimStart().slice(0, 60).toLowerCase()
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'html'
  if (start.startsWith('<')) return 'xml'
  if (start.startsWith('version https://git-lfs')) return 'lfs'
  if (start.startsWith('{') || start.startsWith('[{') || start.startsWith('["')) return 'json'
  return 'text'
}

const COMPRESSED = 'decompress it, or make it again with gzip'
const NO_ARCHIVE = 'name a tar archive, plain or in gzip'

/** What to call a kind of content in a message, and what to do about it where a tar archive was wanted. */
export const KIND_NAMES: Readonly<Record<ContentKind, readonly [name: string, hint: string | undefined]>> = {
  gzip: ['gzip', undefined],
  tar: ['a tar archive', undefined],
  empty: ['an empty file', 'was the download cut off?'],
  zeros: ['nothing but zeros', 'an archive without entries, or a file that was never written'],
  zstd: ['zstd', COMPRESSED],
  xz: ['xz', COMPRESSED],
  bzip2: ['bzip2', COMPRESSED],
  lz4: ['lz4', COMPRESSED],
  lzma: ['lzma', COMPRESSED],
  lzip: ['lzip', COMPRESSED],
  compress: ['compress (.Z)', COMPRESSED],
  zip: ['a zip archive', 'make it again with tar'],
  '7z': ['a 7z archive', 'make it again with tar'],
  rar: ['a RAR archive', 'make it again with tar'],
  elf: ['a program', NO_ARCHIVE],
  html: ['an HTML page', 'is the URL right, and does it need a login?'],
  xml: ['XML', 'is the URL right?'],
  json: ['JSON', 'is the URL right?'],
  lfs: ['a Git LFS pointer', 'run `git lfs pull`'],
  text: ['text', NO_ARCHIVE],
  unknown: ['no format that we know', NO_ARCHIVE],
}
