import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestOf } from '#src/oci/digest.js'
import { heldBack } from '#src/registry/blob-body.js'
import { Rewindable } from '#src/registry/rewindable.js'
import { mountBlob, sendBlob } from '#src/registry/upload.js'
import { withDigest } from '#src/registry/upload-location.js'
import { acknowledgedBytes } from '#src/registry/upload-session.js'
import { collect } from '#src/oci/verified.js'
import { testClient } from './client.js'
import { behindProxy, blobOf, repositoryOf, SMALL } from './kit.js'

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const digest = digestOf(new Uint8Array())

describe('a stream that can be rewound', () => {
  test('gives the bytes of any part that was not released, as often as they are asked for', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.record({ length: fc.integer({ min: 1, max: 60 }), skip: fc.nat(60), moves: fc.boolean() })),
        async (bytes, size, reads) => {
          const source = new Rewindable(piecesOf(bytes, size))
          let at = 0
          for (const { length, skip, moves } of reads) {
            const part = source.part(at, Math.min(length, bytes.length - at))
            expect(await collect(part.open(skip))).toEqual(Buffer.from(bytes.subarray(at + skip, at + part.size!)))
            if (moves) at += part.size!
            source.release(at)
          }
        },
      ),
    ))

  test('waits once for what two readers want', async () => {
    let asked = 0
    async function* slow(): AsyncGenerator<Uint8Array> {
      asked++
      await new Promise(setImmediate)
      yield Buffer.from('abc')
    }
    const source = new Rewindable(slow())
    const both = await Promise.all([collect(source.part(0, 3).open()), collect(source.part(0, 2).open())])
    expect(both.map(String)).toEqual(['abc', 'ab'])
    expect(asked).toBe(1)
  })

  test('keeps the failure of its source', async () => {
    // eslint-disable-next-line require-yield -- it fails before
    async function* broken(): AsyncGenerator<Uint8Array> {
      throw new Error('disk')
    }
    const source = new Rewindable(broken())
    await expect(collect(source.part(0, 3).open())).rejects.toThrow('disk')
    expect(() => source.checkSource()).toThrow('disk')
  })

  test('does not give what was released', async () => {
    const source = new Rewindable(piecesOf(Buffer.from('abcdef'), 2))
    await collect(source.part(0, 6).open())
    source.release(4)
    await expect(collect(source.part(3, 2).open())).rejects.toThrow('byte 3 was released')
  })
})

test('nobody gets all of a blob whose check fails', async () => {
  async function* wrong(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a')
    yield Buffer.from('b')
    throw new Error('digest')
  }
  const got: string[] = []
  await expect(
    (async () => {
      for await (const piece of heldBack(wrong())) got.push(String(piece))
    })(),
  ).rejects.toThrow('digest')
  expect(got).toEqual(['a'])
})

describe('the digest that ends an upload', () => {
  test('is added to the query, of which every other letter stays', () => {
    const encoded = `digest=${encodeURIComponent(digest)}`
    for (const [search, expected] of [
      ['', `?${encoded}`],
      ['?_state=a%2Fb%20c+d&x', `?_state=a%2Fb%20c+d&x&${encoded}`],
      ['?digest=sha256:0&a=1', `?a=1&${encoded}`],
      ['?digest&a=1', `?a=1&${encoded}`],
      ['?digests=1', `?digests=1&${encoded}`],
    ] as const) {
      expect(withDigest(new URL(`http://127.0.0.1/u${search}`), digest).search).toBe(expected)
    }
  })

  test('is read as it was written, beside whatever was there', () =>
    fc.assert(
      fc.property(fc.webQueryParameters(), (query) => {
        const before = new URL(`http://127.0.0.1/u?${query}`)
        const after = withDigest(before, digest)
        expect(after.searchParams.getAll('digest')).toEqual([digest])
        const others = [...before.searchParams].filter(([key, value]) => key !== 'digest' && `${key}${value}` !== '')
        const kept = [...after.searchParams].filter(([key, value]) => key !== 'digest' && `${key}${value}` !== '')
        expect(kept).toEqual(others)
      }),
    ))
})

test.each([
  ['0-1999', 2000],
  ['bytes=0-99', 100],
  ['bytes 0-99', 100],
  [' 0-1 ', 2],
  ['0-0', 0],
  ['1-5', undefined],
  ['0-', undefined],
  ['', undefined],
  [undefined, undefined],
])('the range %j acknowledges %j bytes', (range, bytes) => {
  expect(acknowledgedBytes(range)).toBe(bytes)
})

describe('a registry that says for how long it wants to be left alone', () => {
  /** Milliseconds; the clock of the test adds half of a tenth. */
  const waitFor = (seconds: number): number => seconds * 1050
  const rows = (['POST', 'PATCH', 'PUT'] as const).flatMap((method) =>
    [429, 503].map((status) => ({ method, status }) as const),
  )

  test.each(rows)('with $status to $method of an upload is', async ({ method, status }) => {
    for (const [told, seconds] of [
      ['7', 7],
      [new Date(1_007_000).toUTCString(), 7],
      ['100000', 120],
    ] as const) {
      const headers = { 'retry-after': told }
      const { registry, proxy } = await behindProxy([
        { match: { method, nth: 1 }, do: { kind: 'status', status, headers } },
      ])
      const test = testClient(SMALL)
      const blob = blobOf(randomBytes(method === 'PATCH' ? 5000 : 3000))
      await sendBlob(repositoryOf(test, proxy.host), blob, undefined, undefined)
      expect(registry.hasBlob('acme/app', blob.descriptor.digest)).toBe(true)
      expect(test.clock.waits.map(Math.round)).toContain(waitFor(seconds))
    }
  })

  test.each([429, 503])('with %i to a mount is', async (status) => {
    const { proxy } = await behindProxy([
      { match: { method: 'POST' }, do: { kind: 'status', status, headers: { 'retry-after': '7' } } },
    ])
    const test = testClient()
    const { descriptor } = blobOf(randomBytes(10))
    const from = { registry: proxy.host, name: 'base' }
    expect(await mountBlob(repositoryOf(test, proxy.host), descriptor, from, undefined)).toBeUndefined()
    expect(test.clock.waits.map(Math.round)).toEqual([waitFor(7)])
  })
})
