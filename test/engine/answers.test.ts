import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMessages, type EngineMessage } from '#src/engine/answers.js'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function messages(bytes: Uint8Array, size: number): Promise<readonly EngineMessage[]> {
  const found: EngineMessage[] = []
  for await (const message of readMessages(chunked(bytes, size), 'the engine', DEFAULT_LIMITS)) found.push(message)
  return found
}

test('messages are the same however they come in pieces', () => {
  const text = fc.string({ unit: 'grapheme' })
  const message = fc.oneof(
    fc.record({ stream: text }),
    fc.record({ status: text, progressDetail: fc.constant({}) }),
    fc.record({ error: text, errorDetail: fc.record({ message: text }) }),
  )
  return fc.assert(
    fc.asyncProperty(
      fc.array(message),
      fc.integer({ min: 1, max: 99 }),
      fc.constantFrom('\n', '\r\n'),
      async (all, size, end) => {
        const bytes = Buffer.from(all.map((one) => JSON.stringify(one) + end).join(''))
        const found = await messages(bytes, size)
        const expected = all.map((one) => ({
          text: 'stream' in one ? one.stream.trimEnd() : 'status' in one ? one.status.trimEnd() : undefined,
          error: 'errorDetail' in one ? one.errorDetail.message : undefined,
        }))
        expect(found).toEqual(expected)
      },
    ),
  )
})

test('whatever an engine says, it is messages or an engine that broke off', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      async (bytes) => {
        const error = await messages(bytes, 7).then(
          () => undefined,
          (cause: unknown) => cause,
        )
        if (error !== undefined) expect(error).toBeInstanceOf(CnbError)
      },
    ),
  ))

test('a message without an end is not kept for ever', async () => {
  await expect(messages(Buffer.alloc(3 << 20, 0x20), 1 << 16)).rejects.toMatchObject({ code: 'E_ENGINE' })
})
