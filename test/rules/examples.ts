import type { Severity } from '#src/errors.js'
import {
  BASE_IMAGE,
  LIFECYCLE_TOML,
  type World,
  type WorldFlags,
  type WorldImage,
  type WorldModule,
} from '../support/world.js'

/** What a rule refuses or warns about, beside the same thing put right. */
export interface Example {
  readonly rule: string
  /** What is wrong in `bad`, where a rule has several examples. */
  readonly about: string
  readonly bad: Case
  readonly good: Case
  /** Where it is found: the file, and how the line begins at the column that is named. */
  readonly at: readonly [file: string, text?: string]
  readonly severity: Severity
}

export interface Case {
  readonly world: World
  readonly flags?: WorldFlags
}

const HEAD = `[build]
image = "golden.test/build:1"
[[run.images]]
image = "golden.test/run:1"
[lifecycle]
uri = "lifecycle"
`
const ENTRY = `[[buildpacks]]
uri = "java"
`
const EXTENSION = `[[extensions]]
uri = "ext"
`
const ORDER = `[[order]]
[[order.group]]
id = "acme/java"
`
const ALL_BINARIES = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'extender', 'launcher', 'restorer']

/** A buildpack without a word too much. */
function buildpack(
  id: string,
  more = '[[targets]]\nos = "linux"\n',
  { version = '1.0.0', api = '0.10' } = {},
): WorldModule {
  return {
    'buildpack.toml': `api = "${api}"\n[buildpack]\nid = ${JSON.stringify(id)}\nversion = ${JSON.stringify(version)}\n${more}`,
    files: { 'bin/build': '755', 'bin/detect': '755' },
  }
}

function extension(id: string, api = '0.10'): WorldModule {
  return {
    'extension.toml': `api = "${api}"\n[extension]\nid = ${JSON.stringify(id)}\nversion = "1.0.0"\n`,
    files: { 'bin/generate': '755' },
  }
}

function composite(id: string, ...members: readonly string[]): WorldModule {
  const groups = members.map((name) => {
    const [member, version] = name.split('@')
    const pin = version === undefined ? '' : `version = "${version}"\n`
    return `[[order.group]]\nid = "${member}"\n${pin}`
  })
  return {
    'buildpack.toml': `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n[[order]]\n${groups.join('')}`,
  }
}

function stacks(id: string, mixins: readonly string[] = []): string {
  return `[[stacks]]\nid = "${id}"\nmixins = ${JSON.stringify(mixins)}\n`
}

function image(parts: Partial<WorldImage> = {}): WorldImage {
  return { ...BASE_IMAGE, ...parts }
}

function labelled(labels: Readonly<Record<string, string>>): WorldImage {
  return image({ labels })
}

function mixins(...names: readonly string[]): Readonly<Record<string, string>> {
  return { 'io.buildpacks.stack.id': 'acme.one', 'io.buildpacks.stack.mixins': JSON.stringify(names) }
}

/** A world in which nothing is wrong, but for what is given. */
export function soundWorld(parts: Partial<World> & { readonly more?: string } = {}): World {
  const { more = '', ...rest } = parts
  return {
    builder: HEAD + ENTRY + ORDER + more,
    modules: { java: buildpack('acme/java') },
    lifecycleBinaries: ALL_BINARIES,
    ...rest,
  }
}

function world(parts: Partial<World> & { readonly more?: string } = {}, flags?: WorldFlags): Case {
  return { world: soundWorld(parts), ...(flags && { flags }) }
}

function javaIs(java: WorldModule, order = ''): Case {
  return world({ builder: HEAD + ENTRY + (order || ORDER), modules: { java } })
}

/** The module in place of acme/java, in no order. */
function javaAlone(java: WorldModule): Case {
  return world({
    builder: `${HEAD}${ENTRY}[[buildpacks]]\nuri = "go"\n[[order]]\n[[order.group]]\nid = "acme/go"\n`,
    modules: { java, go: buildpack('acme/go') },
  })
}

function twoModules(first: WorldModule, second: WorldModule): Case {
  return world({
    builder: `${HEAD}${ENTRY}[[buildpacks]]\nuri = "other"\n${EXTRA_ENTRY}[[order]]\n[[order.group]]\nid = "acme/go"\n`,
    modules: { java: first, other: second, go: buildpack('acme/go') },
  })
}

const EXTRA_ENTRY = '[[buildpacks]]\nuri = "go"\n'

function ordered(...ids: readonly string[]): Case {
  return world({ builder: `${HEAD}${ENTRY}[[order]]\n${ids.map((id) => `[[order.group]]\n${id}\n`).join('')}` })
}

function env(...entries: readonly string[]): Case {
  return world({ more: entries.map((entry) => `[[build.env]]\n${entry}\n`).join('') })
}

function lifecycle(toml: string, more = '', modules: World['modules'] = { java: buildpack('acme/java') }): Case {
  return world({ lifecycle: toml, more, modules })
}

function withLists(buildpackApis: string, platformApis: string, deprecated = '[]'): string {
  return `[lifecycle]\nversion = "0.1.0"\n[apis.buildpack]\ndeprecated = ${deprecated}\nsupported = ${buildpackApis}\n[apis.platform]\nsupported = ${platformApis}\n`
}

const WITH_EXTENSION = { more: `${EXTENSION}[[order-extensions]]\n[[order-extensions.group]]\nid = "acme/ext"\n` }
const EXT_MODULES = { java: buildpack('acme/java'), ext: extension('acme/ext') }

function baseWith(build: WorldImage, parts: Partial<World> & { readonly more?: string } = {}): Case {
  return world({ images: { build }, ...parts })
}

const STACK = '[stack]\nid = "acme.one"\n'

export const EXAMPLES: readonly Example[] = [
  // builder.toml
  {
    rule: 'builder-build-image-missing',
    about: '',
    bad: world({ builder: '[[run.images]]\nimage = "golden.test/run:1"\n[lifecycle]\nuri = "lifecycle"\n' }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'builder-run-images-missing',
    about: '',
    bad: world({ builder: '[build]\nimage = "golden.test/build:1"\n[lifecycle]\nuri = "lifecycle"\n' }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'builder-run-image-empty',
    about: '',
    bad: world({ more: '[[run.images]]\nimage = ""\n' }),
    good: world(),
    at: ['builder.toml', '""'],
    severity: 'error',
  },
  {
    rule: 'builder-run-image-empty',
    about: 'a mirror',
    bad: world({ more: '[[run.images]]\nimage = "golden.test/run:1"\nmirrors = [""]\n' }),
    good: world(),
    at: ['builder.toml', '""]'],
    severity: 'error',
  },
  {
    rule: 'run-image-unreachable',
    about: '',
    bad: world({ more: '[[run.images]]\nimage = "golden.test/gone:1"\n' }),
    good: world(),
    at: ['builder.toml', '"golden.test/gone:1"'],
    severity: 'warning',
  },
  {
    rule: 'target-multiarch-missing-manifest',
    about: '',
    bad: world({ images: { run: [{ index: [image({ architecture: 'arm64' })] }] } }),
    good: world(),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  {
    rule: 'base-platform-mismatch',
    about: '',
    bad: world({}, { platform: { os: 'linux', architecture: 'arm64' } }),
    good: world({}, { platform: { os: 'linux', architecture: 'amd64' } }),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'warning',
  },
  {
    rule: 'builder-flattened',
    about: '',
    bad: world(
      {},
      {
        flatten: [
          [
            { id: 'acme/java', version: '1.0.0' },
            { id: 'acme/java', version: '1.0.0' },
          ],
        ],
      },
    ),
    good: world(),
    at: ['--flatten'],
    severity: 'warning',
  },
  {
    rule: 'flatten-ref-unknown',
    about: '',
    bad: world({}, { flatten: [[{ id: 'acme/none', version: '1.0.0' }]] }),
    good: world({}, { flatten: [[{ id: 'acme/java', version: '1.0.0' }]] }),
    at: ['--flatten'],
    severity: 'warning',
  },
  // [[build.env]]
  {
    rule: 'build-env-name-empty',
    about: '',
    bad: env('name = ""\nvalue = "x"'),
    good: env('name = "A"\nvalue = "x"'),
    at: ['builder.toml', '""'],
    severity: 'error',
  },
  ...['../../x', 'A/B', 'A=B', 'A B', 'É', '1A'].map((name): Example => ({
    rule: 'build-env-name',
    about: name,
    bad: env(`name = "${name}"\nvalue = "x"`),
    good: env('name = "A_1"\nvalue = "x"'),
    at: ['builder.toml', `"${name}"`],
    severity: 'error',
  })),
  {
    rule: 'build-env-name',
    about: 'a dot',
    bad: env('name = "A.B"\nvalue = "x"'),
    good: env('name = "A_B"\nvalue = "x"'),
    at: ['builder.toml', '"A.B"'],
    severity: 'warning',
  },
  {
    rule: 'build-env-suffix-unknown',
    about: '',
    bad: env('name = "A"\nvalue = "x"\nsuffix = "replace"'),
    good: env('name = "A"\nvalue = "x"\nsuffix = "override"'),
    at: ['builder.toml', '"replace"'],
    severity: 'error',
  },
  {
    rule: 'build-env-delim-missing',
    about: '',
    bad: env('name = "A"\nvalue = "x"\nsuffix = "append"'),
    good: env('name = "A"\nvalue = "x"\nsuffix = "append"\ndelim = ":"'),
    at: ['builder.toml', '"append"'],
    severity: 'error',
  },
  {
    rule: 'build-env-overridden',
    about: '',
    bad: env('name = "A"\nvalue = "x"', 'name = "A"\nvalue = "y"'),
    good: env('name = "A"\nvalue = "x"', 'name = "A"\nvalue = "y"\nsuffix = "default"'),
    at: ['builder.toml', '"y"'],
    severity: 'warning',
  },
  {
    rule: 'build-env-value-empty',
    about: '',
    bad: env('name = "A"\nvalue = ""'),
    good: env('name = "A"\nvalue = "x"'),
    at: ['builder.toml', '""'],
    severity: 'warning',
  },
  {
    rule: 'build-env-value-nul',
    about: '',
    bad: env('name = "A"\nvalue = "x\\u0000"'),
    good: env('name = "A"\nvalue = "x\\u0001"'),
    at: ['builder.toml', '"x'],
    severity: 'error',
  },
  {
    rule: 'build-env-reserved',
    about: '',
    bad: env('name = "CNB_USER_ID"\nvalue = "0"'),
    good: env('name = "ACNB_USER_ID"\nvalue = "0"'),
    at: ['builder.toml', '"CNB_USER_ID"'],
    severity: 'warning',
  },
  // [lifecycle]
  {
    rule: 'builder-lifecycle-both',
    about: '',
    bad: world({ builder: HEAD.replace('uri = "lifecycle"', 'uri = "lifecycle"\nversion = "0.21.0"') }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'builder-lifecycle-not-semver',
    about: '',
    bad: world({ builder: HEAD.replace('uri = "lifecycle"', 'version = "latest"') }),
    good: world({ builder: HEAD.replace('uri = "lifecycle"', 'version = "v0.21"') }),
    at: ['builder.toml', '"latest"'],
    severity: 'error',
  },
  {
    rule: 'builder-lifecycle-incomplete',
    about: '',
    bad: world({ lifecycleBinaries: ALL_BINARIES.filter((name) => name !== 'creator') }),
    good: world({ lifecycleBinaries: ALL_BINARIES.map((name) => `${name}.exe`) }),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'lifecycle-version-missing',
    about: '',
    bad: lifecycle(LIFECYCLE_TOML.replace('version = "0.21.0"', '')),
    good: world(),
    at: ['lifecycle/lifecycle.toml'],
    severity: 'warning',
  },
  {
    rule: 'builder-lifecycle-no-extender',
    about: '',
    bad: world({
      ...WITH_EXTENSION,
      modules: EXT_MODULES,
      lifecycleBinaries: ALL_BINARIES.filter((name) => name !== 'extender'),
    }),
    good: world({ ...WITH_EXTENSION, modules: EXT_MODULES }),
    at: ['builder.toml'],
    severity: 'warning',
  },
  // the build image
  {
    rule: 'base-os',
    about: '',
    bad: baseWith(image({ os: 'windows' })),
    good: world(),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'error',
  },
  ...[
    'CNB_USER_ID=',
    'CNB_USER_ID=cnb',
    'CNB_USER_ID=0',
    'CNB_USER_ID=-1',
    'CNB_USER_ID=2147483648',
    'CNB_USER_ID=1=2',
    'A=1',
  ].map((entry): Example => ({
    rule: 'base-user',
    about: entry,
    bad: baseWith(image({ env: [entry, 'CNB_GROUP_ID=0'] })),
    good: baseWith(image({ env: ['CNB_USER_ID=2147483647', 'CNB_GROUP_ID=0'] })),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'error',
  })),
  ...['PATH', 'A=1', 'B\nC=1', '=1'].map((entry): Example => ({
    rule: 'base-env',
    about: entry,
    bad: baseWith(image({ env: [...(BASE_IMAGE.env ?? []), 'A=1', entry] })),
    good: baseWith(image({ env: [...(BASE_IMAGE.env ?? []), 'A=1=2', 'B='] })),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'error',
  })),
  ...(
    [
      'io.buildpacks.builder.metadata',
      'io.buildpacks.buildpack.order',
      'io.buildpacks.stack.mixins',
      'io.buildpacks.buildpack.layers',
    ] as const
  ).map((label): Example => ({
    rule: 'base-label-invalid',
    about: label,
    bad: baseWith(labelled({ [label]: '"x"' })),
    good: baseWith(labelled({ [label]: 'null' })),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'error',
  })),
  {
    rule: 'base-label-invalid',
    about: 'of --label',
    bad: world({}, { labels: new Map([['io.buildpacks.stack.mixins', 'git']]) }),
    good: world({}, { labels: new Map([['io.buildpacks.stack.mixins', '["git"]']]) }),
    at: ['--label'],
    severity: 'error',
  },
  {
    rule: 'label-reserved',
    about: '',
    bad: world({}, { labels: new Map([['io.buildpacks.builder.metadata', '{}']]) }),
    good: world({}, { labels: new Map([['io.buildpacks.base.maintainer', 'me']]) }),
    at: ['--label'],
    severity: 'error',
  },
  // names
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
  {
    rule: 'id-case-collision',
    about: '',
    bad: twoModules(buildpack('acme/java'), buildpack('Acme/java')),
    good: twoModules(buildpack('acme/java'), buildpack('acme/java', undefined, { version: '2.0.0' })),
    at: ['other/buildpack.toml', '"Acme/java"'],
    severity: 'error',
  },
  {
    rule: 'id-escape-collision',
    about: '',
    bad: twoModules(buildpack('acme/java'), buildpack('acme_java')),
    good: twoModules(buildpack('acme/java'), buildpack('acme-java')),
    at: ['other/buildpack.toml', '"acme_java"'],
    severity: 'error',
  },
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
  {
    rule: 'declared-id-mismatch',
    about: '',
    bad: world({ builder: HEAD + ENTRY.replace('uri', 'id = "acme/go"\nuri') + ORDER }),
    good: world({ builder: HEAD + ENTRY.replace('uri', 'id = "acme/java"\nuri') + ORDER }),
    at: ['builder.toml', '"acme/go"'],
    severity: 'error',
  },
  {
    rule: 'declared-version-mismatch',
    about: '',
    bad: world({ builder: HEAD + ENTRY.replace('uri', 'version = "2"\nuri') + ORDER }),
    good: world({ builder: HEAD + ENTRY.replace('uri', 'version = "1.0.0"\nuri') + ORDER }),
    at: ['builder.toml', '"2"'],
    severity: 'error',
  },
  {
    rule: 'module-content-conflict',
    about: '',
    bad: twoModules(buildpack('acme/java'), buildpack('acme/java', '')),
    good: twoModules(buildpack('acme/java'), buildpack('acme/java')),
    at: ['builder.toml', '[[buildpacks]]'],
    severity: 'error',
  },
  // APIs
  {
    rule: 'api-unsupported',
    about: '',
    bad: javaIs(buildpack('acme/java', undefined, { api: '0.6' })),
    good: javaIs(buildpack('acme/java', undefined, { api: '0.7' })),
    at: ['java/buildpack.toml', '"0.6"'],
    severity: 'error',
  },
  {
    rule: 'api-deprecated',
    about: '',
    bad: lifecycle(withLists('["0.10"]', '["0.15"]', '["0.10"]')),
    good: lifecycle(withLists('["0.10"]', '["0.15"]')),
    at: ['java/buildpack.toml', '"0.10"'],
    severity: 'warning',
  },
  {
    rule: 'extension-api-low',
    about: '',
    bad: world({ ...WITH_EXTENSION, modules: { ...EXT_MODULES, ext: extension('acme/ext', '0.8') } }),
    good: world({ ...WITH_EXTENSION, modules: EXT_MODULES }),
    at: ['ext/extension.toml', '"0.8"'],
    severity: 'warning',
  },
  {
    rule: 'platform-api-gap',
    about: 'extensions',
    bad: lifecycle(withLists('["0.10"]', '["0.9", "0.12"]'), WITH_EXTENSION.more, EXT_MODULES),
    good: lifecycle(withLists('["0.10"]', '["0.13", "0.9"]'), WITH_EXTENSION.more, EXT_MODULES),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'platform-api-gap',
    about: 'build environment',
    bad: lifecycle(withLists('["0.10"]', '["0.10"]'), '[[build.env]]\nname = "A"\nvalue = "x"\n'),
    good: lifecycle(withLists('["0.10"]', '["0.11"]'), '[[build.env]]\nname = "A"\nvalue = "x"\n'),
    at: ['builder.toml'],
    severity: 'warning',
  },
  {
    rule: 'system-needs-platform-015',
    about: '',
    bad: lifecycle(withLists('["0.10"]', '["0.14"]'), '[[system.pre.buildpacks]]\nid = "acme/java"\n'),
    good: lifecycle(withLists('["0.10"]', '["0.15"]'), '[[system.pre.buildpacks]]\nid = "acme/java"\n'),
    at: ['builder.toml'],
    severity: 'warning',
  },
  // stacks and mixins
  {
    rule: 'stack-mismatch-build-image',
    about: '',
    bad: world({
      builder: STACK + HEAD,
      images: { build: labelled({ 'io.buildpacks.stack.id': 'acme.two' }), run: [labelled(mixins())] },
    }),
    good: world({ builder: STACK + HEAD, images: { build: labelled(mixins()), run: [labelled(mixins())] } }),
    at: ['builder.toml', '"acme.one"'],
    severity: 'error',
  },
  {
    rule: 'stack-mismatch-run-image',
    about: '',
    bad: world({ builder: STACK + HEAD, images: { build: labelled(mixins()) } }),
    good: world({ builder: STACK + HEAD, images: { build: labelled(mixins()), run: [labelled(mixins())] } }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'error',
  },
  {
    rule: 'stack-mismatch-run-image',
    about: 'buildpacks do not list it',
    bad: world({
      images: { build: labelled(mixins()), run: [labelled({ 'io.buildpacks.stack.id': 'acme.two' })] },
      modules: { java: buildpack('acme/java', stacks('acme.one')) },
    }),
    good: world({
      images: { build: labelled(mixins()), run: [labelled(mixins())] },
      modules: { java: buildpack('acme/java', stacks('acme.one')) },
    }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  {
    rule: 'stack-unsupported',
    about: '',
    bad: baseWith(labelled(mixins()), { modules: { java: buildpack('acme/java', stacks('acme.two')) } }),
    good: baseWith(labelled(mixins()), { modules: { java: buildpack('acme/java', stacks('*')) } }),
    at: ['java/buildpack.toml', 'stacks]]'],
    severity: 'error',
  },
  {
    rule: 'stack-label-missing',
    about: '',
    bad: world({ modules: { java: buildpack('acme/java', stacks('acme.one')) } }),
    good: world({ modules: { java: buildpack('acme/java', stacks('*')) } }),
    at: ['java/buildpack.toml', 'stacks]]'],
    severity: 'error',
  },
  {
    rule: 'stack-wildcard-mixins',
    about: '',
    bad: baseWith(labelled(mixins('git')), { modules: { java: buildpack('acme/java', stacks('*', ['git'])) } }),
    good: baseWith(labelled(mixins('git')), { modules: { java: buildpack('acme/java', stacks('acme.one', ['git'])) } }),
    at: ['java/buildpack.toml', '["git"]'],
    severity: 'warning',
  },
  {
    rule: 'mixin-missing-build',
    about: '',
    bad: baseWith(labelled(mixins('git')), {
      modules: { java: buildpack('acme/java', stacks('acme.one', ['build:git'])) },
    }),
    good: baseWith(labelled(mixins('git', 'build:git')), {
      modules: { java: buildpack('acme/java', stacks('acme.one', ['build:git', 'run:x'])) },
    }),
    at: ['java/buildpack.toml', 'stacks]]'],
    severity: 'error',
  },
  {
    rule: 'mixin-missing-run',
    about: '',
    bad: world({
      images: { build: labelled(mixins('git')), run: [labelled(mixins('build:git'))] },
      modules: { java: buildpack('acme/java', stacks('acme.one', ['git'])) },
    }),
    good: world({
      images: { build: labelled(mixins('git')), run: [labelled(mixins('run:git'))] },
      modules: { java: buildpack('acme/java', stacks('acme.one', ['git'])) },
    }),
    at: ['java/buildpack.toml', 'stacks]]'],
    severity: 'warning',
  },
  {
    rule: 'mixin-run-on-build-image',
    about: '',
    bad: baseWith(labelled(mixins('run:git'))),
    good: baseWith(labelled(mixins('build:git'))),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'warning',
  },
  {
    rule: 'mixin-build-on-run-image',
    about: '',
    bad: world({ images: { run: [labelled(mixins('build:git'))] } }),
    good: world({ images: { run: [labelled(mixins('run:git'))] } }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  {
    rule: 'mixin-not-shared',
    about: '',
    bad: world({ images: { build: labelled(mixins('git')), run: [labelled(mixins())] } }),
    good: world({ images: { build: labelled(mixins('git')), run: [labelled(mixins('git'))] } }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  {
    rule: 'mixin-label-invalid',
    about: '',
    bad: world({ images: { run: [labelled({ 'io.buildpacks.stack.mixins': '{}' })] } }),
    good: world({ images: { run: [labelled({ 'io.buildpacks.stack.mixins': '' })] } }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  // targets
  {
    rule: 'target-unsatisfied-build',
    about: '',
    bad: javaIs(buildpack('acme/java', '[[targets]]\narch = "amd64"\n')),
    good: javaIs(buildpack('acme/java', '[[targets]]\nos = "linux"\narch = "amd64"\n')),
    at: ['java/buildpack.toml', 'targets]]'],
    severity: 'error',
  },
  {
    rule: 'target-arch-assumed',
    about: '',
    bad: baseWith(image({ architecture: 'arm64' }), { modules: { java: buildpack('acme/java', '') } }),
    good: world({ modules: { java: buildpack('acme/java', '') } }),
    at: ['java/buildpack.toml'],
    severity: 'error',
  },
  {
    rule: 'target-divergence',
    about: '',
    bad: baseWith(labelled({ 'io.buildpacks.base.distro.name': 'ubuntu' }), {
      modules: {
        java: buildpack(
          'acme/java',
          '[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "debian"\nversion = "12"\n',
        ),
      },
    }),
    good: baseWith(labelled({ 'io.buildpacks.base.distro.name': 'debian' }), {
      modules: {
        java: buildpack(
          'acme/java',
          '[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "debian"\nversion = "12"\n',
        ),
      },
    }),
    at: ['java/buildpack.toml', 'targets]]'],
    severity: 'warning',
  },
  {
    rule: 'target-unsatisfied-run',
    about: '',
    bad: world({
      images: { run: [image({ architecture: 'arm64' })] },
      modules: { java: buildpack('acme/java', '[[targets]]\nos = "linux"\narch = "amd64"\n') },
    }),
    good: world({ modules: { java: buildpack('acme/java', '[[targets]]\nos = "linux"\narch = "amd64"\n') } }),
    at: ['java/buildpack.toml', 'targets]]'],
    severity: 'warning',
  },
  {
    rule: 'target-run-partial',
    about: '',
    bad: world({
      images: { run: [image(), image({ architecture: 'arm64' })] },
      modules: { java: buildpack('acme/java', '[[targets]]\nos = "linux"\narch = "amd64"\n') },
      more: '[[run.images]]\nimage = "golden.test/run-2:1"\n',
    }),
    good: world(),
    at: ['builder.toml', '"golden.test/run-2:1"'],
    severity: 'warning',
  },
  {
    rule: 'target-build-run-mismatch',
    about: '',
    bad: world({ images: { run: [image({ architecture: 'arm64' })] } }),
    good: world(),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  // orders
  {
    rule: 'order-ref-unknown',
    about: '',
    bad: ordered('id = "acme/none"'),
    good: ordered('id = "acme/java"'),
    at: ['builder.toml', '"acme/none"'],
    severity: 'error',
  },
  {
    rule: 'order-ref-version-unknown',
    about: '',
    bad: ordered('id = "acme/java"\nversion = "2"'),
    good: ordered('id = "acme/java"\nversion = "1.0.0"'),
    at: ['builder.toml', '"2"'],
    severity: 'error',
  },
  {
    rule: 'order-ref-ambiguous',
    about: '',
    bad: world({
      builder: `${HEAD}${ENTRY}[[buildpacks]]\nuri = "two"\n${ORDER}`,
      modules: { java: buildpack('acme/java'), two: buildpack('acme/java', undefined, { version: '2.0.0' }) },
    }),
    good: world(),
    at: ['builder.toml', '"acme/java"'],
    severity: 'error',
  },
  {
    rule: 'order-extension-in-order',
    about: '',
    bad: world({ more: `${EXTENSION}[[order]]\n[[order.group]]\nid = "acme/ext"\n`, modules: EXT_MODULES }),
    good: world({ ...WITH_EXTENSION, modules: EXT_MODULES }),
    at: ['builder.toml', '"acme/ext"'],
    severity: 'error',
  },
  {
    rule: 'order-buildpack-in-extensions',
    about: '',
    bad: world({ more: '[[order-extensions]]\n[[order-extensions.group]]\nid = "acme/java"\n' }),
    good: world({ ...WITH_EXTENSION, modules: EXT_MODULES }),
    at: ['builder.toml', '"acme/java"'],
    severity: 'error',
  },
  {
    rule: 'order-empty',
    about: '',
    bad: world({ builder: HEAD + ENTRY }),
    good: world(),
    at: ['builder.toml'],
    severity: 'warning',
  },
  {
    rule: 'order-group-empty',
    about: '',
    bad: world({ more: '[[order]]\n' }),
    good: world(),
    at: ['builder.toml', '[[order]]'],
    severity: 'warning',
  },
  {
    rule: 'order-duplicate-member',
    about: '',
    bad: ordered('id = "acme/java"', 'id = "acme/java"\nversion = "1.0.0"'),
    good: ordered('id = "acme/java"'),
    at: ['builder.toml', '"acme/java"'],
    severity: 'warning',
  },
  {
    rule: 'system-ref-unknown',
    about: '',
    bad: world({ more: '[[system.pre.buildpacks]]\nid = "acme/none"\n' }),
    good: world({ more: '[[system.pre.buildpacks]]\nid = "acme/java"\n' }),
    at: ['builder.toml', '"acme/none"'],
    severity: 'error',
  },
  {
    rule: 'system-ref-version-unknown',
    about: '',
    bad: world({ more: '[[system.post.buildpacks]]\nid = "acme/java"\nversion = "2"\n' }),
    good: world({ more: '[[system.post.buildpacks]]\nid = "acme/java"\n' }),
    at: ['builder.toml', '"2"'],
    severity: 'error',
  },
  {
    rule: 'system-ref-ambiguous',
    about: '',
    bad: world({
      builder: `${HEAD}${ENTRY}[[buildpacks]]\nuri = "two"\n[[system.post.buildpacks]]\nid = "acme/java"\n`,
      modules: { java: buildpack('acme/java'), two: buildpack('acme/java', undefined, { version: '2.0.0' }) },
    }),
    good: world(),
    at: ['builder.toml', '"acme/java"'],
    severity: 'error',
  },
  {
    rule: 'system-optional-ignored',
    about: '',
    bad: world({ more: '[[system.pre.buildpacks]]\nid = "acme/java"\noptional = true\n' }),
    good: world({ more: '[[system.pre.buildpacks]]\nid = "acme/java"\noptional = false\n' }),
    at: ['builder.toml', 'true'],
    severity: 'warning',
  },
  // composites
  {
    rule: 'order-composite-missing-dep',
    about: '',
    bad: twoModules(composite('acme/meta', 'acme/go@2.0.0'), buildpack('acme/x')),
    good: twoModules(composite('acme/meta', 'acme/go@1.0.0'), buildpack('acme/x')),
    at: ['java/buildpack.toml', '"2.0.0"'],
    severity: 'error',
  },
  {
    rule: 'order-composite-unpinned',
    about: '',
    bad: twoModules(composite('acme/meta', 'acme/go'), buildpack('acme/x')),
    good: twoModules(composite('acme/meta', 'acme/go@1.0.0'), buildpack('acme/x')),
    at: ['java/buildpack.toml', '"acme/go"'],
    severity: 'error',
  },
  {
    rule: 'order-composite-extension',
    about: '',
    bad: world({
      ...WITH_EXTENSION,
      modules: { java: composite('acme/java', 'acme/ext@1.0.0'), ext: extension('acme/ext') },
    }),
    good: world({ ...WITH_EXTENSION, modules: EXT_MODULES }),
    at: ['java/buildpack.toml', '"acme/ext"'],
    severity: 'error',
  },
  {
    rule: 'order-composite-self',
    about: '',
    bad: javaIs(composite('acme/java', 'acme/java@1.0.0')),
    good: world(),
    at: ['java/buildpack.toml', '"acme/java"'],
    severity: 'error',
  },
  {
    rule: 'order-composite-cycle',
    about: '',
    bad: twoModules(composite('acme/a', 'acme/b@1.0.0'), composite('acme/b', 'acme/go@1.0.0', 'acme/a@1.0.0')),
    good: twoModules(composite('acme/a', 'acme/b@1.0.0'), composite('acme/b', 'acme/go@1.0.0')),
    at: ['java/buildpack.toml', '"acme/b"'],
    severity: 'error',
  },
  {
    rule: 'target-on-composite',
    about: '',
    bad: javaIs({
      'buildpack.toml': `api = "0.10"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n[[order]]\n[[targets]]\nos = "linux"\n`,
    }),
    good: javaIs({ 'buildpack.toml': `api = "0.10"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n[[order]]\n` }),
    at: ['java/buildpack.toml', 'targets]]'],
    severity: 'error',
  },
  // limits
  {
    rule: 'builder-layer-limit',
    about: 'too many',
    bad: world({}, { limits: { layers: 6, layersWarning: 5 } }),
    good: world({}, { limits: { layers: 9, layersWarning: 9 } }),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'builder-layer-limit',
    about: 'as many as there may be',
    bad: world({}, { limits: { layers: 7, layersWarning: 7 } }),
    good: world({}, { limits: { layers: 8, layersWarning: 8 } }),
    at: ['builder.toml'],
    severity: 'warning',
  },
  {
    rule: 'label-size',
    about: 'one',
    bad: world({}, { labels: new Map([['x', 'é'.repeat(500)]]), limits: { labelBytes: 999 } }),
    good: world({}, { labels: new Map([['x', 'é'.repeat(500)]]), limits: { labelBytes: 1000 } }),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'label-size',
    about: 'all',
    bad: world({}, { limits: { labelsBytes: 100 } }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'config-size',
    about: '',
    bad: world({}, { limits: { jsonBytes: 500 } }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
]
