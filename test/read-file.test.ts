import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { limitHint } from '#src/limits.js'
import { readNamedFile, readSmallFile } from '#src/read-file.js'

const dir = mkdtempSync(join(tmpdir(), 'trowel-read-'))
afterAll(() => {
  rmSync(dir, { recursive: true, force: true })
})
const at = (name: string): string => join(dir, name)
const options = { limit: 10, followLink: true }

test('reads a regular file of exactly the limit and none above it', () => {
  writeFileSync(at('ten'), '0123456789')
  writeFileSync(at('eleven'), '0123456789a')
  expect(readSmallFile(at('ten'), options)).toEqual({ kind: 'bytes', bytes: Buffer.from('0123456789') })
  expect(readSmallFile(at('eleven'), options)).toEqual({ kind: 'too-large' })
})

test('looks at the size before it reads', () => {
  writeFileSync(at('sparse'), '')
  truncateSync(at('sparse'), 10 * 1024 ** 3)
  expect(readSmallFile(at('sparse'), options)).toEqual({ kind: 'too-large' })
})

test('does not wait for a fifo, nor read a device without end', () => {
  execFileSync('mkfifo', [at('fifo')])
  mkdirSync(at('directory'))
  expect(readSmallFile(at('fifo'), options)).toEqual({ kind: 'not-a-file', what: 'fifo' })
  expect(readSmallFile('/dev/zero', options)).toEqual({ kind: 'not-a-file', what: 'device' })
  expect(readSmallFile(at('directory'), options)).toEqual({ kind: 'not-a-file', what: 'directory' })
})

test('follows a link only when told to', () => {
  writeFileSync(at('target'), 'x')
  symlinkSync('target', at('link'))
  symlinkSync('loop', at('loop'))
  expect(readSmallFile(at('link'), options).kind).toBe('bytes')
  expect(readSmallFile(at('link'), { ...options, followLink: false })).toEqual({
    kind: 'not-a-file',
    what: 'symbolic link',
  })
  expect(readSmallFile(at('loop'), options)).toEqual({ kind: 'not-a-file', what: 'loop of links' })
})

test('a file that grows while it is read, or lies about its size, is held to the limit', () => {
  // Files of /proc say that they are empty.
  expect(readSmallFile('/proc/self/status', options)).toEqual({ kind: 'too-large' })
})

test('says what is absent', () => {
  writeFileSync(at('ten'), '0123456789')
  expect(readSmallFile(at('none'), options)).toEqual({ kind: 'absent' })
  expect(readSmallFile(join(at('ten'), 'below'), options)).toEqual({ kind: 'absent' })
})

test('a file that is too large is refused with the flag that lifts the limit, where there is one', () => {
  writeFileSync(at('eleven'), '0123456789a')
  const refusal = (flag?: 'jsonBytes'): unknown => {
    try {
      return readNamedFile(at('eleven'), { shown: 'eleven', limit: 10, ...(flag && { flag }) })
    } catch (error) {
      return error
    }
  }
  expect(refusal('jsonBytes')).toMatchObject({ code: 'E_USAGE', hint: limitHint('jsonBytes') })
  expect(refusal()).toMatchObject({ code: 'E_USAGE', hint: undefined })
})

test.each(['none', 'directory', 'fifo', 'eleven'])(
  'a file that the user named and that cannot be one is a usage error: %s',
  (name) => {
    expect(() => readNamedFile(at(name), { shown: name, limit: 10 })).toThrow(CnbError)
    try {
      readNamedFile(at(name), { shown: name, limit: 10 })
    } catch (error) {
      expect(error).toMatchObject({ code: 'E_USAGE', place: { file: name } })
    }
  },
)
