import type { RuleExample, RuleExamples } from './example.js'
import { buildpackToml } from './project.js'

const FILE = 'java/buildpack.toml'

/** What a dependency is to have, by key. */
const SOUND = {
  id: '"jdk"',
  version: '"21.0.2"',
  uri: '"https://acme.example/jdk-21.0.2.tgz"',
  checksum: `"sha256:${'1d'.repeat(32)}"`,
  source: '"https://acme.example/jdk-21.0.2-src.tgz"',
  'source-checksum': `"sha256:${'2e'.repeat(32)}"`,
  purl: '"pkg:generic/jdk@21.0.2"',
  licenses: '["GPL-2.0-only"]',
  'eol-date': '"2030-01-01T00:00:00Z"',
}

type Keys = Readonly<Record<string, string | undefined>>

function dependency(keys: Keys = {}): string {
  const lines = Object.entries({ ...SOUND, ...keys }).flatMap(([key, value]) =>
    value === undefined ? [] : `${key} = ${value}\n`,
  )
  return `\n[[metadata.dependencies]]\n${lines.join('')}`
}

function module(...parts: readonly string[]): { readonly [FILE]: string } {
  return { [FILE]: buildpackToml(parts.join('')) }
}

/** One dependency, and what is wrong with it. */
function one(keys: Keys, at: string, fixed: Keys = {}): RuleExample {
  return { failing: module(dependency(keys)), fixed: module(dependency(fixed)), at: [FILE, at] }
}

const TABLE = '[[metadata.dependencies]]'
const OTHER = { version: '"21.0.3"', uri: '"https://acme.example/jdk-21.0.3.tgz"', purl: '"pkg:generic/jdk@21.0.3"' }
const OTHER_CHECKSUM = `"sha256:${'3f'.repeat(32)}"`
const STACKS = '\n[[stacks]]\nid = "io.buildpacks.stacks.noble"\n'
const ARM64 = '\n[[targets]]\nos = "linux"\narch = "arm64"\n'

/** Of the rules about `[[metadata.dependencies]]`. */
export const DEPENDENCY_EXAMPLES: RuleExamples = {
  'dependency-checksum-duplicate': {
    failing: module(dependency(), dependency(OTHER)),
    fixed: module(dependency(), dependency({ ...OTHER, checksum: OTHER_CHECKSUM })),
    at: [FILE, SOUND.checksum],
  },
  'dependency-checksum-weak': one({ checksum: '"md5:d41d8cd98f00b204e9800998ecf8427e"' }, '"md5:'),
  'dependency-default-version-unsatisfied': {
    failing: module('\n[metadata.default-versions]\njdk = "17.*"\n', dependency()),
    fixed: module('\n[metadata.default-versions]\njdk = "21.*"\n', dependency()),
    at: [FILE, '"17.*"'],
  },
  'dependency-duplicate': {
    failing: module(dependency(), dependency()),
    fixed: module(dependency()),
    at: [FILE, SOUND.id],
  },
  'dependency-eol-missing': one({ 'eol-date': undefined }, TABLE),
  'dependency-eol-past': {
    ...one({ 'eol-date': '"2026-06-30T00:00:00Z"' }, '"2026-06-30'),
    asOf: '2026-07-01',
  },
  'dependency-eol-soon': {
    ...one({ 'eol-date': '"2026-06-30T00:00:00Z"' }, '"2026-06-30'),
    asOf: '2026-06-15',
  },
  'dependency-license-invalid': one({ licenses: '["GPL v2"]' }, '["GPL v2"]'),
  'dependency-license-missing': one({ licenses: undefined }, TABLE),
  'dependency-no-checksum': one({ checksum: undefined }, SOUND.uri),
  'dependency-not-vendored': {
    failing: {
      ...module(dependency(), dependency({ ...OTHER, checksum: OTHER_CHECKSUM })),
      [`java/dependencies/${'1d'.repeat(32)}/jdk-21.0.2.tgz`]: 'the file',
    },
    fixed: { [`java/dependencies/${'3f'.repeat(32)}/jdk-21.0.3.tgz`]: 'the other file' },
    at: [FILE, OTHER_CHECKSUM],
  },
  'dependency-purl-invalid': one({ purl: '"pkg:generic/jdk@17.0.9"' }, '"pkg:generic/jdk@17.0.9"'),
  'dependency-purl-missing': one({ purl: undefined }, TABLE),
  'dependency-source-missing': one({ 'source-checksum': undefined }, SOUND.source),
  'dependency-stack-mismatch': {
    failing: module(STACKS, dependency({ stacks: '["acme.two"]' })),
    fixed: module(STACKS, dependency({ stacks: '["io.buildpacks.stacks.noble"]' })),
    at: [FILE, '["acme.two"]'],
  },
  'dependency-target-gap': {
    failing: module(ARM64, dependency({ arch: '"amd64"' })),
    fixed: module(
      ARM64,
      dependency({ arch: '"amd64"' }),
      dependency({ arch: '"arm64"', uri: '"https://acme.example/jdk-21.0.2-arm64.tgz"', checksum: OTHER_CHECKSUM }),
    ),
    at: [FILE, '"amd64"'],
  },
  'dependency-target-mismatch': one({ arch: '"s390x"' }, '"s390x"', { arch: '"amd64"' }),
  'dependency-uri-insecure': one({ uri: '"http://acme.example/jdk-21.0.2.tgz"' }, '"http://'),
  'dependency-uri-mutable': one({ uri: '"https://acme.example/jdk-latest.tgz"' }, '"https://acme.example/jdk-latest'),
}
