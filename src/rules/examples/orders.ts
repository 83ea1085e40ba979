import type { ProjectFiles, RuleExample, RuleExamples } from './example.js'
import {
  builderOf,
  components,
  composite,
  compositeToml,
  extension,
  extensionEntry,
  extensionOrderToml,
  packageOf,
  refToml,
} from './order-project.js'
import { builderToml } from './project.js'

type Groups = readonly (readonly string[])[]

/** Groups of components that each have a folder of their name. */
function ordered(failing: Groups, fixed: Groups, at: string): RuleExample {
  const folders = [...new Set([...failing, ...fixed].flat().map(folderOf))].filter((name) => name !== 'java')
  return {
    failing: { ...builderOf(folders, failing), ...components(...folders) },
    fixed: builderOf(folders, fixed),
    at: ['builder.toml', at],
  }
}

function folderOf(ref: string): string {
  const [name = '', version = ''] = ref.replace('?', '').split('@')
  return version.startsWith('2') ? `${name}-2` : name
}

/** A builder with the composite `acme/web`, put right there. */
function inComposite(failing: Groups, fixed: Groups, at: string): RuleExample {
  const { failing: files } = composed([['web']], { web: failing })
  return { failing: files, fixed: composite('web', ...fixed), at: ['web/buildpack.toml', at] }
}

/** A builder with composites by name, and the components that they name. */
function composed(
  order: Groups,
  composites: Readonly<Record<string, Groups>>,
  more = '',
): Pick<RuleExample, 'failing'> {
  const names = Object.keys(composites)
  const parts = [...order, ...Object.values(composites).flat()].flat().map(folderOf)
  const folders = [...new Set([...parts, ...names])].filter((name) => name !== 'java')
  const ofComposites = names.map((name) => composite(name, ...(composites[name] ?? [])))
  return {
    failing: Object.assign(
      builderOf(folders, order, more),
      components(...folders.filter((name) => !names.includes(name))),
      ...ofComposites,
    ),
  }
}

const EXTENSION = `${extensionEntry('tools')}\n${extensionOrderToml('tools')}`

/** Seven alternatives each, so five of them in a group are 16,807. */
const FORKS = ['fork1', 'fork2', 'fork3', 'fork4', 'fork5']
const TOOLS = ['ant', 'gradle', 'java', 'maven', 'mill', 'sbt', 'leiningen']
const FORKED = composed([FORKS], Object.fromEntries(FORKS.map((name) => [name, TOOLS.map((tool) => [tool])])))

const REF_EXAMPLES: RuleExamples = {
  'order-ref-unknown': {
    failing: builderOf([], [['java', 'go']]),
    fixed: builderOf([], [['java']]),
    at: ['builder.toml', '"acme/go"'],
  },
  'order-ref-version-unknown': {
    failing: { 'builder.toml': builderToml().replace('"1.0.0"', '"2.0.0"') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"2.0.0"'],
  },
  'order-ref-unpinned': ordered([['java@']], [['java']], '"acme/java"'),
  'order-ref-ambiguous': {
    failing: { ...builderOf(['java-2'], [['java@']]), ...components('java-2') },
    fixed: builderOf(['java-2'], [['java@2.0.0'], ['java']]),
    at: ['builder.toml', '"acme/java"'],
  },
  'order-extension-in-order': {
    failing: { ...builderOf([], [['tools', 'java']], EXTENSION), ...extension('tools') },
    fixed: builderOf([], [['java']], EXTENSION),
    at: ['builder.toml', '"acme/tools"'],
  },
  'order-buildpack-in-extensions': {
    failing: {
      'builder.toml': builderToml(`${extensionEntry('tools')}\n${extensionOrderToml('tools', 'java')}`),
      ...extension('tools'),
    },
    fixed: { 'builder.toml': builderToml(EXTENSION) },
    at: ['builder.toml', '"acme/java"'],
  },
  'order-extensions-unused': {
    failing: { 'builder.toml': builderToml(extensionEntry('tools')), ...extension('tools') },
    fixed: { 'builder.toml': builderToml(EXTENSION) },
    at: ['builder.toml', '[[extensions]]'],
  },
  'order-extensions-optional': {
    failing: {
      'builder.toml': builderToml(`${extensionEntry('tools')}\n${extensionOrderToml('tools?')}`),
      ...extension('tools'),
    },
    fixed: { 'builder.toml': builderToml(EXTENSION) },
    at: ['builder.toml', 'true'],
  },
  'module-unused': {
    failing: { ...builderOf(['go'], [['java']]), ...components('go') },
    fixed: builderOf(['go'], [['java'], ['go']]),
    at: ['builder.toml', '[[buildpacks]]'],
  },
}

const GROUP_EXAMPLES: RuleExamples = {
  'order-empty': {
    failing: { 'builder.toml': builderToml('', '') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml'],
  },
  'order-group-empty': ordered([['java'], []], [['java']], '[[order]]'),
  'order-duplicate-member': ordered([['java', 'go', 'java']], [['java', 'go']], '"acme/java"'),
  'order-group-duplicate': ordered([['java'], ['go'], ['java']], [['java'], ['go']], '[[order]]'),
  'order-group-unreachable': ordered([['java', 'maven?'], ['java']], [['java', 'maven'], ['java']], '[[order]]'),
  'order-group-maybe-unreachable': ordered([['java'], ['jdk', 'java']], [['jdk', 'java'], ['java']], '[[order]]'),
  'order-all-optional': ordered([['jdk?', 'java?']], [['jdk?', 'java']], '[[order]]'),
  'order-catch-all-not-last': {
    ...ordered([['java'], ['go']], [['java'], ['go']], '[[order]]'),
    fixed: { 'java/bin/detect': { text: '#!/bin/sh\ntest -f pom.xml || exit 100\n', mode: 0o755 } },
  },
  'order-extension-only-group': {
    failing: { ...builderOf([], [['java?']], EXTENSION), ...extension('tools') },
    fixed: builderOf([], [['java']], EXTENSION),
    at: ['builder.toml', '[[order]]'],
  },
  'order-expansion-limit': {
    ...FORKED,
    fixed: Object.assign({}, ...FORKS.slice(1).map((name) => composite(name, TOOLS))),
    at: ['builder.toml', '[[order]]'],
  },
}

const META = ['meta1', 'meta2', 'meta3', 'meta4', 'meta5']

const COMPOSITE_EXAMPLES: RuleExamples = {
  'order-duplicate-transitive': {
    ...composed([['web', 'java']], { web: [['java']] }),
    fixed: builderOf(['web'], [['web']]),
    at: ['builder.toml', '"acme/java"'],
  },
  'order-version-conflict': {
    ...composed([['web', 'java@2.0.0']], { web: [['java']] }),
    fixed: composite('web', ['java@2.0.0']),
    at: ['builder.toml', '"acme/java"'],
  },
  'order-optional-hides-required': {
    ...composed([['java?', 'web']], { web: [['java']] }),
    fixed: builderOf(['web'], [['web']]),
    at: ['web/buildpack.toml', '"acme/java"'],
  },
  'order-optional-composite-noop': {
    ...composed([['web', 'go']], { web: [['java?']] }),
    fixed: composite('web', ['java']),
    at: ['builder.toml', '"acme/web"'],
  },
  'order-deep-nesting': {
    ...composed([['meta1']], Object.fromEntries(META.map((name, i) => [name, [[META[i + 1] ?? 'java']]]))),
    fixed: composite('meta4', ['java']),
    at: ['meta5/buildpack.toml', '"acme/java"'],
  },
  'order-composite-cycle': {
    ...composed([['web']], { web: [['inner']], inner: [['java', 'web']] }),
    fixed: composite('inner', ['java']),
    at: ['web/buildpack.toml', '"acme/inner"'],
  },
  'order-composite-self': inComposite([['java', 'web']], [['java']], '"acme/web"'),
  'order-composite-missing-dep': {
    check: 'package.toml',
    failing: { ...composite('web', ['java', 'maven']), ...packageOf('web', 'java'), ...components('maven') },
    fixed: packageOf('web', 'java', 'maven'),
    at: ['web/buildpack.toml', '"acme/maven"'],
  },
  'order-composite-unused-dep': {
    check: 'package.toml',
    failing: { ...composite('web', ['java']), ...packageOf('web', 'java', 'maven'), ...components('maven') },
    fixed: packageOf('web', 'java'),
    at: ['package.toml', '[[dependencies]]'],
  },
  'order-composite-unpinned': inComposite([['java@']], [['java']], '"acme/java"'),
  'order-composite-with-bin': {
    check: 'web/buildpack.toml',
    failing: { ...composite('web', ['java']), 'web/bin/detect': { text: '#!/bin/sh\nexit 0\n', mode: 0o755 } },
    fixed: { 'web/bin/detect': null },
    at: ['web/bin/detect'],
  },
  'order-composite-extension': {
    check: 'web/buildpack.toml',
    failing: {
      'web/buildpack.toml': compositeToml('web', ['tools', 'java']).replace(
        '"acme/tools"\n',
        '"acme/tools"\nextension = true\n',
      ),
    },
    fixed: composite('web', ['java']),
    at: ['web/buildpack.toml', 'true'],
  },
  'target-on-composite': {
    check: 'web/buildpack.toml',
    failing: { 'web/buildpack.toml': `${compositeToml('web', ['java'])}\n[[stacks]]\nid = "*"\n` },
    fixed: composite('web', ['java']),
    at: ['web/buildpack.toml', 'stacks]]'],
  },
}

/** A builder with a system buildpack, put right in builder.toml. */
function system(failing: string, fixed: string, at: string, folders: readonly string[] = ['go']): RuleExample {
  return {
    failing: { ...builderOf(folders, [['java']], failing), ...components(...folders) },
    fixed: builderOf(folders, [['java']], fixed),
    at: ['builder.toml', at],
  }
}

const pre = (ref: string): string => refToml('system.pre.buildpacks', ref)
const post = (ref: string): string => refToml('system.post.buildpacks', ref)

/** A builder with a system buildpack and this lifecycle. */
function withLifecycle(version: string): ProjectFiles {
  const toml = builderOf(['go'], [['java']], pre('go'))['builder.toml']
  return { 'builder.toml': toml.replace('"0.21.17"', `"${version}"`), ...components('go') }
}

const SYSTEM_EXAMPLES: RuleExamples = {
  'system-ref-unknown': system(pre('none'), pre('go'), '"acme/none"'),
  'system-ref-version-unknown': system(post('go@2.0.0'), post('go'), '"2.0.0"'),
  'system-ref-ambiguous': system(pre('go@'), pre('go@2.0.0'), '"acme/go"', ['go', 'go-2']),
  'system-optional-ignored': system(pre('go?'), pre('go'), 'true'),
  'system-needs-platform-015': {
    failing: withLifecycle('0.20.1'),
    fixed: withLifecycle('0.21.0'),
    at: ['builder.toml', 'system.'],
  },
  'system-can-fail-all': {
    failing: {
      ...builderOf(['go'], [['java']], pre('go')),
      ...components('go'),
      'go/bin/detect': { text: '#!/bin/sh\ntest -f go.mod || exit 100\n', mode: 0o755 },
    },
    fixed: { 'go/bin/detect': { text: '#!/bin/sh\nexit 0\n', mode: 0o755 } },
    at: ['builder.toml', '"acme/go"'],
  },
  'system-duplicates-member': {
    failing: { ...builderOf(['go'], [['go', 'java']], pre('go')), ...components('go') },
    fixed: builderOf(['go'], [['java']], pre('go')),
    at: ['builder.toml', '"acme/go"'],
  },
  'system-overrides-composite-member': {
    failing: {
      ...composed([['web']], { web: [['go', 'java']] }).failing,
      ...builderOf(['web', 'go', 'go-2'], [['web']], pre('go@2.0.0')),
      ...components('go-2'),
    },
    fixed: { ...builderOf(['web', 'go', 'go-2'], [['web'], ['go@2.0.0']]) },
    at: ['builder.toml', '"acme/go"'],
  },
}

/** Examples of orders, composites and system buildpacks. */
export const ORDER_EXAMPLES: RuleExamples = {
  ...REF_EXAMPLES,
  ...GROUP_EXAMPLES,
  ...COMPOSITE_EXAMPLES,
  ...SYSTEM_EXAMPLES,
}
