import { closeSync, openSync, readSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readElf } from '#src/rules/elf.js'
import { mayBeThere, programsOf } from '#src/rules/module-programs.js'
import { moduleFiles } from '../support/judged-module.js'

const SCRIPT = '#!/usr/bin/env bash\nexit 0\n'

describe('an ELF file', () => {
  test.skipIf(process.platform !== 'linux')('such as Node tells its machine and its loader', () => {
    const head = Buffer.alloc(64 * 1024)
    const fd = openSync(process.execPath, 'r')
    readSync(fd, head, 0, head.length, 0)
    closeSync(fd)
    const arch = { x64: 'amd64', ia32: '386' }[process.arch as string] ?? process.arch
    expect(readElf(head)).toEqual({ arch, loader: expect.stringMatching(/^\/.*ld-/) as string })
  })

  test('is none, or has a loader within its bounds, whatever its bytes are', () => {
    const header = fc.uint8Array({ minLength: 64, maxLength: 512 }).map((bytes) => {
      const head = Buffer.from(bytes)
      head.write('\x7fELF', 'latin1')
      return head
    })
    fc.assert(
      fc.property(fc.oneof(header, fc.uint8Array({ maxLength: 128 })), (head) => {
        expect(readElf(head)?.loader?.length ?? 0).toBeLessThanOrEqual(head.length)
      }),
    )
  })
})

describe('the programs of a module', () => {
  const contentOf = (content: string | Uint8Array) =>
    programsOf(moduleFiles({ 'bin/build': content })).map((program) => program.content)

  test.each([
    [SCRIPT, { kind: 'script', interpreter: '/usr/bin/env', isCrlf: false }],
    ['#! /bin/sh -e\r\nexit 0\r\n', { kind: 'script', interpreter: '/bin/sh', isCrlf: true }],
    ['', { kind: 'empty' }],
    ['exit 0\n', { kind: 'other' }],
    ['\ufeff#!/bin/sh\n', { kind: 'other' }],
    ['MZ\x90', { kind: 'windows' }],
  ])('are known by how they begin: %j', (text, content) => {
    expect(contentOf(text)).toEqual([content])
  })

  test('for macOS are known too', () => {
    expect(contentOf(Uint8Array.of(0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1))).toEqual([{ kind: 'mach-o' }])
  })

  test('are found behind links, of files and of bin itself', () => {
    const files = moduleFiles({
      bin: { link: 'linux/./bin' },
      'linux/bin/detect': { link: '../run' },
      'linux/run': SCRIPT,
    })
    expect(programsOf(files).map(({ path }) => path)).toEqual(['bin/detect'])
    expect(mayBeThere(files, 'bin/detect')).toBe(true)
    expect(mayBeThere(files, 'bin/build')).toBe(false)
  })

  test('may be there where nobody can see, but not in a loop of links', () => {
    const files = moduleFiles({
      'bin/detect': { link: '/opt/detect' },
      'bin/build': { link: '../../build' },
      'bin/none': { link: 'nothing' },
    })
    expect(['bin/detect', 'bin/build', 'bin/none'].map((path) => mayBeThere(files, path))).toEqual([true, true, false])
    const loop = moduleFiles({ a: { link: 'b/x' }, b: { link: 'a/y' }, bin: { link: 'bin' } })
    expect(programsOf(loop)).toEqual([])
    expect(mayBeThere(loop, 'a')).toBe(true)
  })

  test('are found in time in a module that is all links and long paths', () => {
    const deep = 'a/'.repeat(100_000)
    const links = Array.from({ length: 2000 }, (_, index) => [`bin/${index}`, { link: `${index + 1}` }] as const)
    const files = moduleFiles({ ...Object.fromEntries(links), 'bin/build': { link: deep }, 'bin/detect': SCRIPT })
    expect(programsOf(files).map(({ path }) => path)).toEqual(['bin/detect'])
    expect(mayBeThere(files, deep)).toBe(true)
  })
})
