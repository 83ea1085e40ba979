import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import type { Image } from '#src/oci/image.js'
import { collect } from '#src/oci/verified.js'
import type { UploadSizes } from '#src/registry/upload-sizes.js'
import { Slots } from '#src/transports/slots.js'
import { faultsOver, type SingleFault } from '../support/proxy/faults-over.js'
import { startProxy, type Proxy, type ProxyOptions } from '../support/proxy/proxy.js'
import type { Fault } from '../support/proxy/rules.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'
import { tarOf } from '../support/layout.js'
import { testClient } from './client.js'
import { anImage, publish, pull } from './kit.js'

/** Every way to upload: in one request, in a session as a whole, in parts. */
const SIZES: UploadSizes = { single: 2000, whole: 6000, part: 3000, smallestPart: 500 }

/** Silence is noticed as soon as the clock of the http client can. */
const TIMEOUTS = { connect: 1000, firstByte: 200, idleBody: 200, floor: { bytes: 1, per: 60_000 } }

/** Runs at once: most of them wait for silence to end. */
const AT_ONCE = 8

const noise = (bytes: number): string => randomBytes(bytes).toString('base64')

/** An image whose layers are not on this machine, so that the large one goes in parts. */
async function image(): Promise<Image> {
  const made = await anImage({ tars: [tarOf('a', '1'), tarOf('b', noise(3000)), tarOf('c', noise(9000))] })
  return { ...made, layers: made.layers.map((layer) => ({ ...layer, range: undefined })) }
}

/** A registry behind a proxy, for one run. */
async function between<T>(
  options: Omit<ProxyOptions, 'target'>,
  run: (proxy: Proxy, registry: Registry) => Promise<T>,
): Promise<T> {
  const registry = await startRegistry()
  const proxy = await startProxy({ target: registry.host, ...options })
  try {
    return await run(proxy, registry)
  } finally {
    await proxy.close()
    await registry.close()
  }
}

/** Pushes an image to a registry, and reads it back with all its layers; the digest that was read. */
async function pushAndPull(host: string, root: Image): Promise<string> {
  const client = testClient(SIZES, { timeouts: TIMEOUTS })
  try {
    await publish(client, root, [`${host}/acme/app:1`, `${host}/acme/app:2`])
    const read = await pull(client, `${host}/acme/app:2`)
    if (read.kind !== 'image') throw new Error('not an image')
    for (const layer of read.layers) await collect(layer.open())
    return read.descriptor.digest
  } finally {
    await client.http.close()
  }
}

/** What is wrong after a run in which something went wrong; undefined when nothing is. */
async function problemAfter(root: Image, { nth, fault, name }: SingleFault): Promise<string | undefined> {
  return between({ rules: [{ match: { nth }, do: fault }] }, async (proxy, registry) => {
    const first = await pushAndPull(proxy.host, root).catch((error: unknown) => error)
    if (first !== root.descriptor.digest && !(first instanceof CnbError)) return `${name}: ${String(first)}`
    if (first instanceof CnbError && !mayFail(fault, first)) return `${name}: ${first.message}`
    // Where nobody is left to be asked, nothing can be put back.
    const isHalfDone = first instanceof CnbError && fault.kind !== 'refuse' && isHalf(registry, root)
    if (isHalfDone) return `${name}: one tag was moved, the other not`
    proxy.setRules([])
    await proxy.reopen()
    const again = await pushAndPull(proxy.host, root).catch((error: unknown) => error)
    return again === root.descriptor.digest ? undefined : `${name}, then without a fault: ${String(again)}`
  })
}

/** Who takes no connection any more, asks for a password that nobody has, or lies twice, cannot be helped. */
function mayFail(fault: Fault, { kind, code }: CnbError): boolean {
  if (fault.kind === 'refuse') return kind === 'network'
  if (fault.kind === 'challenge') return kind === 'credentials'
  // What a registry says about a tag is all there is to know of it; what it says of a layer is found out in the stream.
  if (fault.kind === 'corrupt') return ['E_DIGEST', 'E_JSON', 'E_MANIFEST', 'E_DIGEST_SYNTAX'].includes(code)
  return fault.kind === 'truncate' && fault.fixLength && ['E_JSON', 'E_SIZE', 'E_DIGEST'].includes(code)
}

function isHalf(registry: Registry, root: Image): boolean {
  const tags = [...registry.tags('acme/app').values()]
  return tags.filter((digest) => digest === root.descriptor.digest).length === 1
}

async function cleanRun(root: Image): Promise<readonly SingleFault[]> {
  return between({}, async (proxy) => {
    expect(await pushAndPull(proxy.host, root)).toBe(root.descriptor.digest)
    return faultsOver(proxy.transcript)
  })
}

/** What may happen to any request at any time, and is over the next time. */
const PASSING: readonly Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'cut', of: 'request', after: '50%', how: 'rst' },
  { kind: 'cut', of: 'request', after: '100%', how: 'rst' },
  { kind: 'cut', of: 'response', after: '0%', how: 'rst' },
  { kind: 'cut', of: 'response', after: '50%', how: 'rst' },
]

/** Of all requests. */
const SHARE = 0.1

/** Numbers from 0 up to 1 that look like chance, and are the same for the same seed: mulberry32. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Pushes and pulls while every tenth request fails in some way; a seed says which. */
async function problemOf(root: Image, seed: number): Promise<string | undefined> {
  const next = dice(seed)
  const faultFor = (): Fault | undefined => (next() < SHARE ? PASSING[Math.floor(next() * PASSING.length)] : undefined)
  return between({ faultFor }, async (proxy) => {
    const digest = await pushAndPull(proxy.host, root).catch((error: unknown) => error)
    return digest === root.descriptor.digest ? undefined : `seed ${seed}: ${String(digest)}`
  })
}

describe('a push and a pull', () => {
  test(
    'survive anything that goes wrong once, or say so and leave nothing that counts',
    { timeout: 300_000 },
    async () => {
      const root = await image()
      const faults = await cleanRun(root)
      expect(faults.length).toBeGreaterThan(300)
      const slots = new Slots(AT_ONCE)
      const problems = await Promise.all(faults.map((fault) => slots.run(() => problemAfter(root, fault))))
      expect(problems.filter((problem) => problem !== undefined)).toEqual([])
    },
  )

  test('R-63: come through although every tenth request fails', { timeout: 300_000 }, async () => {
    const root = await image()
    const slots = new Slots(AT_ONCE)
    const seeds = Array.from({ length: 100 }, (_, i) => i)
    const problems = await Promise.all(seeds.map((seed) => slots.run(() => problemOf(root, seed))))
    expect(problems.filter((problem) => problem !== undefined)).toEqual([])
  })
})
