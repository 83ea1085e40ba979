import { buildpack, javaAlone, world, type Example } from './case.js'

export const IDENTITY_EXAMPLES: readonly Example[] = [
  ...['acme@java', 'a:b', 'a%41', 'a?b', 'a#b', 'a\\b', 'café', '😀', 'a\tb', 'a\u0000b'].map((id): Example => ({
    rule: 'id-charset',
    about: id,
    bad: javaAlone(buildpack(id)),
    good: javaAlone(buildpack('Acme-1/java.x')),
    at: ['java/buildpack.toml', '"'],
    severity: 'error',
  })),
  ...['acme/node_js', 'a b', 'a*'].map((id): Example => ({
    rule: 'id-charset',
    about: id,
    bad: javaAlone(buildpack(id)),
    good: javaAlone(buildpack('Acme-1/java.x')),
    at: ['java/buildpack.toml', `"${id}"`],
    severity: 'warning',
  })),
  ...['..', '.', '../../etc', 'a/../b', '/a', 'a/', 'a//b', 'a..b', 'a'.repeat(256)].map((id): Example => ({
    rule: 'id-path-unsafe',
    about: id,
    bad: javaAlone(buildpack(id)),
    good: javaAlone(buildpack('a'.repeat(255))),
    at: ['java/buildpack.toml', `"${id}"`],
    severity: 'error',
  })),
  ...['app', 'config', 'generated', 'sbom'].map((id): Example => ({
    rule: 'id-reserved',
    about: id,
    bad: javaAlone(buildpack(id)),
    good: javaAlone(buildpack(`acme/${id}`)),
    at: ['java/buildpack.toml', `"${id}"`],
    severity: 'error',
  })),
  ...['..', '.', '1.0/../../lifecycle', '1/2', '1.0\n', ' ', '1 0', '*', '1.€', '1..0', '1'.repeat(300)].map(
    (version): Example => ({
      rule: 'version-path-unsafe',
      about: version,
      bad: javaAlone(buildpack('acme/java', undefined, { version })),
      good: javaAlone(buildpack('acme/java', undefined, { version: 'v1.2.3-rc.1+b~_' })),
      at: ['java/buildpack.toml', '"'],
      severity: 'error',
    }),
  ),
  ...['1.2', 'v1.2.3', '1.02.0', '1.2.3-rc1', 'latest'].map((version): Example => ({
    rule: 'version-format',
    about: version,
    bad: javaAlone(buildpack('acme/java', undefined, { version })),
    good: world(),
    at: ['java/buildpack.toml', `"${version}"`],
    severity: 'warning',
  })),
]
