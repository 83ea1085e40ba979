import { describe, expect, test } from 'vitest'
import { digestOf } from '#src/oci/digest.js'
import type { Descriptor, Image, ImageIndex, IndexChild } from '#src/oci/image.js'
import type { Platform } from '#src/oci/platform.js'
import type { WantedPlatform } from '#src/sources/context.js'
import { requirePlatform, selectPlatform } from '#src/sources/select-platform.js'
import { CnbError, type Diagnostic } from '#src/errors.js'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const descriptorOf = (name: string, platform?: Platform): Descriptor => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestOf(bytesOf(name)),
  size: name.length,
  platform,
})

function anImage(name: string, platform: Platform): Image {
  const descriptor = descriptorOf(name)
  return {
    kind: 'image',
    descriptor,
    manifest: { mediaType: descriptor.mediaType, config: descriptor, layers: [] },
    manifestBytes: bytesOf(name),
    config: { platform, env: [], labels: new Map(), user: name, diffIds: [], raw: new Map() },
    configBytes: bytesOf(name),
    layers: [],
  }
}

/** A child that the index gives a platform. */
function listed(name: string, platform: Platform): IndexChild {
  return { descriptor: descriptorOf(name, platform), read: () => Promise.resolve(anImage(name, platform)) }
}

/** A child of which the index says nothing. */
function unlisted(name: string, root: Image | ImageIndex): IndexChild {
  return { descriptor: descriptorOf(name), read: () => Promise.resolve(root) }
}

function anIndex(...children: readonly IndexChild[]): ImageIndex {
  return { kind: 'index', descriptor: descriptorOf('index'), bytes: new Uint8Array(), children }
}

const linux = (architecture: string, variant?: string): Platform => ({ os: 'linux', architecture, variant })
const options = (wanted: WantedPlatform) => ({
  wanted,
  shown: 'golden.test/x:1',
  place: { file: 'builder.toml' },
})
const nameOf = async (root: Image | ImageIndex, wanted: WantedPlatform): Promise<string> => {
  const found = await selectPlatform(root, options(wanted))
  return found.kind === 'image' ? found.config.user : found.kind
}

const index = anIndex(
  listed('attestation', { os: 'unknown', architecture: 'unknown' }),
  listed('v6', linux('arm', 'v6')),
  listed('v7', linux('arm', 'v7')),
  listed('arm64', linux('arm64', 'v8')),
  unlisted('from-config', anImage('from-config', linux('amd64'))),
  unlisted('nested', anIndex(listed('riscv', linux('riscv64')))),
)

describe('from an index', () => {
  test.each([
    ['v6', linux('arm')],
    ['v7', linux('arm', 'v7')],
    ['arm64', linux('arm64')],
    ['from-config', linux('amd64')],
    ['riscv', linux('riscv64')],
    ['no-such-platform', linux('s390x')],
    ['no-such-platform', linux('arm', 'v5')],
    ['no-such-platform', { os: 'windows', architecture: 'amd64' }],
    ['no-such-platform', { os: 'unknown', architecture: 'unknown' }],
  ])('takes %s', async (name, wanted) => {
    expect(await nameOf(index, wanted)).toBe(name)
  })

  const ubuntu = (osVersion?: string): Platform => ({ os: 'linux', architecture: 'amd64', osVersion })
  const byVersion = anIndex(
    listed('jammy', ubuntu('22.04')),
    listed('noble', ubuntu('24.04')),
    listed('arm', linux('arm')),
  )
  const withAny = anIndex(listed('any', ubuntu()), listed('noble', ubuntu('24.04')))

  test.each([
    ['noble', byVersion, ['24.04']],
    ['noble', byVersion, ['26.04', '24.04']],
    ['jammy', byVersion, []],
    ['no-such-platform', byVersion, ['20.04']],
    ['noble', withAny, ['24.04']],
    ['any', withAny, ['20.04']],
    // One image for one version is what there is, whatever it was made on.
    ['jammy', anIndex(listed('jammy', ubuntu('22.04'))), ['24.04']],
  ])('takes %s of those for several distributions', async (name, index, osVersions) => {
    expect(await nameOf(index, { ...linux('amd64'), osVersions })).toBe(name)
  })

  test('says what is there when nothing fits', async () => {
    await expect(requirePlatform(index, options(linux('s390x')))).rejects.toMatchObject({
      code: 'E_PLATFORM',
      message: expect.stringContaining('linux/arm/v6, linux/arm/v7, linux/arm64/v8, linux/amd64, linux/riscv64'),
      place: { file: 'builder.toml' },
    })
  })

  test.each([
    [linux('arm'), ['golden.test/x:1 has several images of this kind: linux/arm/v6 is taken, and linux/arm/v7 left']],
    [linux('arm', 'v7'), []],
    [linux('arm64'), []],
  ])('says which variant it takes of several when none is wanted', async (wanted, messages) => {
    const told: Diagnostic[] = []
    await requirePlatform(index, { ...options(wanted), report: (one) => told.push(one) })
    expect(told.map(({ message }) => message)).toEqual(messages)
  })

  test('refuses two images for one platform', async () => {
    const twins = anIndex(listed('one', linux('amd64')), listed('two', linux('amd64')))
    await expect(selectPlatform(twins, options(linux('amd64')))).rejects.toMatchObject({ code: 'E_PLATFORM' })
  })

  test('takes an image that is listed twice, as pack lists it for two targets of one platform', async () => {
    const twice = anIndex(listed('one', linux('amd64')), listed('one', linux('amd64')))
    expect(await nameOf(twice, linux('amd64'))).toBe('one')
  })

  test('does not read what is not wanted', async () => {
    const unread: IndexChild = {
      ...listed('broken', linux('s390x')),
      read: () => Promise.reject(new CnbError('E_DIGEST', 'read')),
    }
    expect(await nameOf(anIndex(unread, listed('good', linux('amd64'))), linux('amd64'))).toBe('good')
  })
})

test('an image that is no index is taken whatever it is for', async () => {
  expect(await nameOf(anImage('only', linux('amd64')), linux('s390x'))).toBe('only')
})
