import type { ProjectFile, RuleExamples } from './example.js'
import { buildpackToml } from './project.js'

const BUILD = 'java/bin/build'
const TOML = 'java/buildpack.toml'
const SOUND: ProjectFile = script('#!/bin/sh\nexit 0\n')
const LARGE_BYTES = 51 * 1024 * 1024

function script(text: string, mode = 0o755): ProjectFile {
  return { text, mode }
}

/** The head of a program, as far as its machine and loader. */
function elf(machine: number, loader?: string): ProjectFile {
  const head = Buffer.alloc(256)
  head.write('\x7fELF\x02\x01\x01', 'latin1')
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(machine, 18)
  if (loader !== undefined) {
    head.writeBigUInt64LE(64n, 32)
    head.writeUInt16LE(56, 54)
    head.writeUInt16LE(1, 56)
    head.writeUInt32LE(3, 64)
    head.writeBigUInt64LE(128n, 72)
    head.writeBigUInt64LE(BigInt(loader.length), 96)
    head.write(loader, 128, 'latin1')
  }
  return { base64: head.toString('base64'), mode: 0o755 }
}

const AMD64 = 62
const ARM64 = 183
const MUSL = '/lib/ld-musl-x86_64.so.1'
const GLIBC = '/lib64/ld-linux-x86-64.so.2'
const UBUNTU = buildpackToml('[[targets.distros]]\nname = "ubuntu"\nversion = "24.04"\n')

/** Of the rules about the files of a module. */
export const MODULE_FILE_EXAMPLES: RuleExamples = {
  'exec-arch-mismatch': { failing: { [BUILD]: elf(ARM64) }, fixed: { [BUILD]: elf(AMD64) }, at: [BUILD] },
  'exec-crlf': {
    failing: { [BUILD]: script('#!/bin/sh\r\nexit 0\r\n') },
    fixed: { [BUILD]: SOUND },
    at: [BUILD, '#!/bin/sh'],
  },
  'exec-interpreter-missing': {
    failing: { [BUILD]: script('#!/opt/homebrew/bin/bash\nexit 0\n') },
    fixed: { [BUILD]: SOUND },
    at: [BUILD, '#!/opt'],
  },
  'exec-libc-mismatch': {
    failing: { [TOML]: UBUNTU, [BUILD]: elf(AMD64, MUSL) },
    fixed: { [BUILD]: elf(AMD64, GLIBC) },
    at: [BUILD],
  },
  'exec-no-shebang': { failing: { [BUILD]: script('exit 0\n') }, fixed: { [BUILD]: SOUND }, at: [BUILD, 'exit 0'] },
  'exec-windows-only': {
    failing: { [BUILD]: null, 'java/bin/build.bat': '@exit 0\r\n' },
    fixed: { [BUILD]: SOUND },
    at: [TOML, 'buildpack]'],
  },
  'file-bin-build-missing': { failing: { [BUILD]: null }, fixed: { [BUILD]: SOUND }, at: [TOML, 'buildpack]'] },
  'file-bin-detect-missing': {
    failing: { 'java/bin/detect': null },
    fixed: { 'java/bin/detect': SOUND },
    at: [TOML, 'buildpack]'],
  },
  'file-case-collision': {
    failing: { 'java/lib/Tool.sh': '', 'java/lib/tool.sh': '' },
    fixed: { 'java/lib/tool.sh': null },
    at: ['java/lib/tool.sh'],
  },
  'file-include-missing': {
    failing: { [TOML]: buildpackToml('\n[metadata]\ninclude-files = ["buildpack.toml", "bin/run"]\n') },
    fixed: { 'java/bin/run': SOUND },
    at: [TOML, '"bin/run"'],
  },
  'file-not-executable': {
    failing: { 'java/bin/run': script('#!/bin/sh\nexit 0\n', 0o644) },
    fixed: { 'java/bin/run': SOUND },
    at: ['java/bin/run'],
  },
  'file-secret': {
    failing: { 'java/.npmrc': '//npm.example/:_authToken=npm_0123456789abcdef\n' },
    fixed: { 'java/.npmrc': '//npm.example/:_authToken=${NPM_TOKEN}\n' },
    at: ['java/.npmrc'],
  },
  'file-special-or-setuid': {
    failing: { 'java/bin/run': script('#!/bin/sh\nexit 0\n', 0o4755) },
    fixed: { 'java/bin/run': SOUND },
    at: ['java/bin/run'],
  },
  'file-symlink-escape': {
    failing: { 'java/lib/tool': { link: '../../go/tool' } },
    fixed: { 'java/lib/tool': { link: '../bin/build' } },
    at: ['java/lib/tool'],
  },
  'file-too-large': {
    failing: { 'java/lib/tool.tgz': { zeros: LARGE_BYTES } },
    fixed: { 'java/lib/tool.tgz': null },
    at: ['java/lib/tool.tgz'],
  },
  'file-vcs-or-junk': {
    failing: { 'java/lib/.DS_Store': '' },
    fixed: { 'java/lib/.DS_Store': null },
    at: ['java/lib/.DS_Store'],
  },
  'file-world-writable': {
    failing: { 'java/lib/tool.sh': script('', 0o666) },
    fixed: { 'java/lib/tool.sh': script('', 0o644) },
    at: ['java/lib/tool.sh'],
  },
}
