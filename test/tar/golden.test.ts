import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { GOLDEN, goldenInput } from '../support/golden.js'
import { moduleLayerDigest } from '../support/module-layer.js'

/** The archives that a real pack was given as modules, against the layers it made of them. */
function layerDigest(archive: string, id: string): Promise<string> {
  const file = goldenInput('work', 'archives', archive)
  return moduleLayerDigest(createReadStream(file), `golden_${id}`)
}

function expectedDigest(name: string): string | undefined {
  const rows = readFileSync(join(GOLDEN, 'cases', `archive-${name}`, 'expected/layers.tsv'), 'utf8').split('\n')
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
