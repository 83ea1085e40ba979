import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { readArchive } from '#src/tar/archive.js'
import { CNB_EPOCH_SECONDS, type TarHeader } from '#src/tar/entry.js'
import { TreeCheck } from '#src/tar/tree.js'
import { TRAILER, headerBlocks, paddingOf } from '#src/tar/writer.js'

/**
 * The archives that a real pack was given as modules, against the layers it made of them. What happens to a header on its
 * way into a module layer is spelled out here once more, independently of `assemble`.
 */
const GOLDEN = new URL('../../fixtures/golden/', import.meta.url)

const PROGRAMS = new Set(['bin/build', 'bin/detect'])

function inLayer(header: TarHeader, at: string): TarHeader {
  const executable = header.type === 'directory' || PROGRAMS.has(header.name) || (header.mode & 0o111) !== 0
  return {
    ...header,
    name: `${at}/${header.name}`,
    linkname: header.type === 'hardlink' ? `${at}/${header.linkname}` : header.linkname,
    mode: executable ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    mtime: CNB_EPOCH_SECONDS,
  }
}

async function layerDigest(archive: string, id: string): Promise<string> {
  const file = new URL(`inputs/work/archives/${archive}`, GOLDEN)
  const tree = new TreeCheck({ file: archive, limits: DEFAULT_LIMITS })
  const at = `/cnb/buildpacks/golden_${id}/1`
  const hash = createHash('sha256')
  const directory: Omit<TarHeader, 'name'> = {
    type: 'directory',
    linkname: '',
    mode: 0o755,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    size: 0,
    mtime: CNB_EPOCH_SECONDS,
  }
  hash.update(headerBlocks({ ...directory, name: at.slice(0, -2) }))
  hash.update(headerBlocks({ ...directory, name: at }))
  for await (const { header, content } of readArchive(createReadStream(file), {
    file: archive,
    limits: DEFAULT_LIMITS,
  })) {
    const checked = tree.check(header)
    if (checked === undefined) continue
    hash.update(headerBlocks(inLayer(checked, at)))
    for await (const part of content) hash.update(part)
    hash.update(new Uint8Array(paddingOf(header.size)))
  }
  return `sha256:${hash.update(TRAILER).digest('hex')}`
}

function expectedDigest(name: string): string | undefined {
  const rows = readFileSync(new URL(`cases/archive-${name}/expected/layers.tsv`, GOLDEN), 'utf8').split('\n')
  return rows.find((row) => row.startsWith('0\t'))?.split('\t')[1]
}

describe('archives that pack accepts become the same layer', () => {
  test.each([
    ['ustar', 'ustar.tgz'],
    ['ustar-dot', 'ustar-dot.tar'],
    ['gnu-long', 'gnu-long.tgz'],
    ['gnu-short', 'gnu-short.tar'],
    ['pax-long', 'pax-long.tgz'],
    ['pax-times', 'pax-times.tgz'],
    ['pax-xattr', 'pax-xattr.tgz'],
    ['nodirs', 'nodirs.tgz'],
    ['unsorted', 'unsorted.tar'],
    ['trailing-slash', 'trailing-slash.tgz'],
    ['big-ids', 'big-ids.tar'],
    ['setuid', 'setuid.tgz'],
    ['noblocking', 'noblocking.tar'],
    ['named-tar-but-gzip', 'named-tar-but-gzip.tar', 'a-disguised'],
    ['v7', 'v7.tar'],
    ['gnutar-gnu', 'gnutar-gnu.tgz', 'gnutar-gnu'],
    ['gnutar-oldgnu', 'gnutar-oldgnu.tgz', 'gnutar-oldgnu'],
    ['gnutar-posix', 'gnutar-posix.tgz', 'gnutar-posix'],
    ['gnutar-ustar', 'gnutar-ustar.tgz', 'gnutar-ustar'],
    ['gnutar-v7', 'gnutar-v7.tgz', 'gnutar-v7'],
  ])('%s', async (name, archive, id = `a-${name}`) => {
    expect(await layerDigest(archive, id)).toBe(expectedDigest(name))
  })
})

describe('archives that mean different things to different readers, or leave their folder, are refused', () => {
  test.each([
    ['absolute.tgz', 'E_TAR_ABSOLUTE'],
    ['cut-trailer.tar', 'E_TAR_TRUNCATED'],
    ['dotdot.tgz', 'E_TAR_PATH_ESCAPE'],
    ['dotdot-inside.tgz', 'E_TAR_PATH_ESCAPE'],
    ['duplicate-toml.tgz', 'E_TAR_DUPLICATE'],
    ['duplicates.tgz', 'E_TAR_DUPLICATE'],
    ['empty.tar', 'E_NOT_TAR'],
    ['latin1.tar', 'E_TAR_NAME_ENCODING'],
    ['links.tgz', 'E_TAR_LINK_ESCAPE'],
    ['module.zip', 'E_COMPRESSION'],
    ['special.tgz', 'E_TAR_SPECIAL'],
    ['truncated.tgz', 'E_GZIP'],
    ['truncated.tar', 'E_TAR_TRUNCATED'],
  ])('%s: %s', async (archive, code) => {
    const error: unknown = await layerDigest(archive, 'x').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(CnbError)
    expect(error).toMatchObject({ code })
  })
})

describe('archives that pack refuses or maims, and that are sound', () => {
  test('a global header with a comment, as git writes it, says nothing about the content', async () => {
    expect(await layerDigest('pax-global.tgz', 'a-pax-global')).toMatch(/^sha256:/)
  })
})
