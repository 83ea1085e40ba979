import { describe, expect, test } from 'vitest'
import type { DescriptorKind } from '#src/cnb/descriptor-files.js'
import { fixed, toml } from './fixed.js'

interface Row {
  readonly about: string
  readonly kind: DescriptorKind
  readonly rule: string
  readonly before: string
  readonly after: string
  /** What is known of the modules, by id. */
  readonly versions?: Readonly<Record<string, readonly string[]>>
}

const STACK: readonly Omit<Row, 'kind' | 'rule'>[] = [
  {
    about: 'a section, with the comments that belong to its keys',
    before: toml`
      # all
      [stack] # older
      # what it must be
      id = "acme.one" # checked

      # to build on
      build-image = "acme/build" # tag

      # to run on
      # (small)
      run-image   =  'acme/run'
      run-image-mirrors = [
        "ghcr.io/acme/run", # near
      ] # end

      # the rest
      [lifecycle]
      version = "0.21.0"
    `,
    after: toml`
      # all
      [stack] # older
      # what it must be
      id = "acme.one" # checked

      [build]
      # to build on
      image = "acme/build" # tag

      [[run.images]]
      # to run on
      # (small)
      image   =  'acme/run'
      mirrors = [
        "ghcr.io/acme/run", # near
      ] # end

      # the rest
      [lifecycle]
      version = "0.21.0"
    `,
  },
  {
    about: 'a section without an id, whose header becomes the first new one',
    before: '[stack] # base\nbuild-image = "acme/build"\nrun-image = "acme/run"',
    after: '[build] # base\nimage = "acme/build"\n\n[[run.images]]\nimage = "acme/run"',
  },
  {
    about: 'keys in an order of their own, whose mirrors follow their image',
    before:
      '[stack]\nrun-image = "acme/run"\nbuild-image = "acme/build"\nrun-image-mirrors = ["ghcr.io/acme/run"]\nid = "a"\n',
    after:
      '[stack]\nid = "a"\n\n[[run.images]]\nimage = "acme/run"\nmirrors = ["ghcr.io/acme/run"]\n\n[build]\nimage = "acme/build"\n',
  },
  {
    about: 'indented lines, Windows line ends',
    before: '\t[stack]\r\n\t\tid = "a"\r\n\t\tbuild-image = "b" # c\r\n',
    after: '\t[stack]\r\n\t\tid = "a"\r\n\r\n\t[build]\r\n\t\timage = "b" # c\r\n',
  },
  {
    about: 'an inline table',
    before: 'stack = { id = "a", build-image = "b", run-image = "c", run-image-mirrors = ["d"] } # e\n',
    after: 'stack = { id = "a" }\nbuild = { image = "b" }\nrun = { images = [{ image = "c", mirrors = ["d"] }] } # e\n',
  },
  {
    about: 'dotted keys',
    before: 'stack.id = "a" # 1\nstack.build-image = "b" # 2\n"stack".run-image = "c" # 3\n',
    after: 'stack.id = "a" # 1\nbuild.image = "b" # 2\nrun.images = [{ image = "c" }] # 3\n',
  },
  {
    about: 'keys in other case',
    before: '[Stack]\nBuild-Image = "b"\n',
    after: '[build]\nimage = "b"\n',
  },
  {
    about: 'a build environment that is there already',
    before: '[[build.env]]\nname = "A"\nvalue = "1"\n\n[stack]\nbuild-image = "b"\n',
    after: '[[build.env]]\nname = "A"\nvalue = "1"\n\n[build]\nimage = "b"\n',
  },
]

const ROWS: readonly Row[] = [
  ...STACK.map((row): Row => ({ kind: 'builder', rule: 'stack-only-config', ...row })),
  {
    about: 'image of a module, in the order of its keys',
    kind: 'builder',
    rule: 'toml-deprecated-key',
    before: toml`
      [[buildpacks]]
      id = "acme/java" # first
        # where it comes from
        image   = "acme/java:1" # by tag
      version = "1.0.0"

      [[extensions]]
      image = 'acme/ext@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
    `,
    after: toml`
      [[buildpacks]]
      id = "acme/java" # first
        # where it comes from
        uri   = "docker://acme/java:1" # by tag
      version = "1.0.0"

      [[extensions]]
      uri = 'docker://acme/ext@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
    `,
  },
  {
    about: 'image of a dependency, in inline tables and far apart',
    kind: 'package',
    rule: 'toml-deprecated-key',
    before:
      'dependencies = [\n  { image = "acme/a" }, # a\n  { uri = "../b" },\n  {"image"="""acme/c"""},\n]\n[buildpack]\nuri = "."\n',
    after:
      'dependencies = [\n  { uri = "docker://acme/a" }, # a\n  { uri = "../b" },\n  {uri="docker://acme/c"},\n]\n[buildpack]\nuri = "."\n',
  },
  {
    about: '[platform] that says what goes without saying',
    kind: 'package',
    rule: 'toml-deprecated-key',
    before: '[buildpack]\nuri = "."\n\n[platform]\nos = "linux"\n\n[[dependencies]]\nuri = "../b"\n',
    after: '[buildpack]\nuri = "."\n\n[[dependencies]]\nuri = "../b"\n',
  },
  {
    about: '[platform] at the end of a file',
    kind: 'package',
    rule: 'toml-deprecated-key',
    before: '[buildpack]\r\nuri = "."\r\n\r\n[platform]\r\nos = "linux"\r\n',
    after: '[buildpack]\r\nuri = "."\r\n',
  },
  {
    about: '[platform] with comments, which stay',
    kind: 'package',
    rule: 'toml-deprecated-key',
    before: '[buildpack]\nuri = "."\n# for\n[platform] # what\n# we\nos = "linux" # run\n# on\n',
    after: '[buildpack]\nuri = "."\n# for\n# what\n# we\n# run\n# on\n',
  },
  {
    about: 'a dotted [platform]',
    kind: 'package',
    rule: 'toml-deprecated-key',
    before: 'buildpack.uri = "."\nplatform.os = "linux"\n',
    after: 'buildpack.uri = "."\n',
  },
  {
    about: 'an API version without quotes, whose last digit counts',
    kind: 'buildpack',
    rule: 'api-unquoted',
    before: 'api = 0.10 # ten\n',
    after: 'api = "0.10" # ten\n',
  },
  {
    about: 'the same of an extension',
    kind: 'extension',
    rule: 'api-unquoted',
    before: 'api=0.9\n',
    after: 'api="0.9"\n',
  },
  {
    about: 'a stack that stands for a distro',
    kind: 'buildpack',
    rule: 'stack-deprecated',
    before:
      'api = "0.10"\n\n  [[stacks]] # where\n    # Ubuntu\n    id = "io.buildpacks.stacks.jammy" # 22.04\n    mixins = []\n',
    after:
      'api = "0.10"\n\n  [[targets]] # where\n    # Ubuntu\n    os = "linux" # 22.04\n\n  [[targets.distros]]\n    name = "ubuntu"\n    version = "22.04"\n',
  },
  {
    about: 'bionic, which is of one architecture',
    kind: 'buildpack',
    rule: 'stack-deprecated',
    before: 'api = "0.11"\nstacks = [{ id = "io.buildpacks.stacks.bionic" }] # b\n[buildpack]\nid = "a"\n',
    after:
      'api = "0.11"\ntargets = [{ os = "linux", arch = "amd64", distros = [{ name = "ubuntu", version = "18.04" }] }] # b\n[buildpack]\nid = "a"\n',
  },
  {
    about: 'any stack beside others, far apart and with comments',
    kind: 'buildpack',
    rule: 'stack-deprecated',
    before:
      'api = "0.10"\n[[stacks]]\nid = "heroku-22" # old\n[buildpack]\nid = "a"\n[[stacks]]\n# every\nid = "*" # one\n[metadata]\nx = 1\n',
    after: 'api = "0.10"\n[[targets]]\nos = "linux" # old\n[buildpack]\nid = "a"\n# every\n# one\n[metadata]\nx = 1\n',
  },
  {
    about: 'two names of one release',
    kind: 'buildpack',
    rule: 'stack-deprecated',
    before:
      'api = "0.10"\n[[stacks]]\nid = "heroku-24"\n\n[[stacks]]\nid = "io.buildpacks.stacks.noble"\n\n[metadata]\n',
    after:
      'api = "0.10"\n[[targets]]\nos = "linux"\n\n[[targets.distros]]\nname = "ubuntu"\nversion = "24.04"\n\n[metadata]\n',
  },
  {
    about: 'stacks of a composite, but not its targets, which package.toml is to have',
    kind: 'buildpack',
    rule: 'target-on-composite',
    before:
      'api = "0.8"\n[[stacks]]\nid = "acme" # why\nmixins = [\n  "git", # this\n]\n\n[[order]]\n[[order.group]]\nid = "b"\nversion = "1"\n\n[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "ubuntu"\n',
    after:
      'api = "0.8"\n# why\n# this\n\n[[order]]\n[[order.group]]\nid = "b"\nversion = "1"\n\n[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "ubuntu"\n',
  },
  {
    about: 'stacks of an extension',
    kind: 'extension',
    rule: 'extension-order-or-stacks',
    before: 'api = "0.10"\n\n[[stacks]]\nid = "*"\n\n[extension]\nid = "a"\nversion = "1"\n',
    after: 'api = "0.10"\n\n[extension]\nid = "a"\nversion = "1"\n',
  },
  {
    about: 'distributions of a draft, in sections',
    kind: 'buildpack',
    rule: 'toml-legacy-target-keys',
    before: toml`
      [[targets]]
      os = "linux"
        # these
        [[targets.distributions]] # two
        name = "ubuntu"
        versions = ["22.04", "24.04"] # lts

        [[targets.distributions]]
        name = "debian"
        versions = [ '12' ]
      [metadata]
    `,
    after: toml`
      [[targets]]
      os = "linux"
        # these
        [[targets.distros]] # two
        name = "ubuntu"
        version = "22.04" # lts

        [[targets.distros]]
        name = "ubuntu"
        version = "24.04"

        [[targets.distros]]
        name = "debian"
        version = '12'
      [metadata]
    `,
  },
  {
    about: 'distributions of a draft, between brackets',
    kind: 'extension',
    rule: 'toml-legacy-target-keys',
    before: 'targets = [{ os = "linux", distributions = [{ name = "ubuntu", versions = ["22.04", "24.04"] }] }]\n',
    after:
      'targets = [{ os = "linux", distros = [{ name = "ubuntu", version = "22.04" }, { name = "ubuntu", version = "24.04" }] }]\n',
  },
  {
    about: 'words of other tools for a CPU',
    kind: 'buildpack',
    rule: 'target-unknown-identifier',
    before: '[[targets]]\nos = "Linux" # any\narch = \'x86_64\' # most\n[[targets]]\nos = "linux"\narch = "aarch64"\n',
    after: '[[targets]]\nos = "linux" # any\narch = "amd64" # most\n[[targets]]\nos = "linux"\narch = "arm64"\n',
  },
  {
    about: 'a key in the singular',
    kind: 'package',
    rule: 'toml-unknown-key-package',
    before: '[buildpack]\nuri = "."\n[[dependency]] # one\nuri = "../b"\n[["dependency"]]\nuri = "../c"\n',
    after: '[buildpack]\nuri = "."\n[[dependencies]] # one\nuri = "../b"\n[[dependencies]]\nuri = "../c"\n',
  },
  {
    about: 'a key in the plural, in every group',
    kind: 'builder',
    rule: 'toml-unknown-key-builder',
    before:
      '[[order]]\n[[order.groups]]\nid = "a"\n[[order.groups]]\nid = "b"\n[[order]]\n[[order.groups]]\nid = "c"\n',
    after: '[[order]]\n[[order.group]]\nid = "a"\n[[order.group]]\nid = "b"\n[[order]]\n[[order.group]]\nid = "c"\n',
  },
  {
    about: 'keys below keys, with _ for -',
    kind: 'buildpack',
    rule: 'toml-unknown-key-descriptor',
    before: '[[orders]]\n[[orders.groups]]\nid = "a"\nexec_env = ["x"]\n',
    after: '[[order]]\n[[order.group]]\nid = "a"\nexec-env = ["x"]\n',
  },
  {
    about: 'a key that is only warned about, and that every reader passes over',
    kind: 'buildpack',
    rule: 'toml-unknown-key-descriptor',
    before: 'api = "0.10"\n[[target]]\nos = "linux"\n',
    after: 'api = "0.10"\n[[targets]]\nos = "linux"\n',
  },
  {
    about: 'numbers, dates and truth values that belong in quotes, and the other way round',
    kind: 'builder',
    rule: 'toml-wrong-type',
    before:
      '[lifecycle]\nversion = 1.10 # x\n[[order]]\n[[order.group]]\nid = "a"\noptional = "true"\nkeywords = ["a", 2026-01-01]\n',
    after:
      '[lifecycle]\nversion = "1.10" # x\n[[order]]\n[[order.group]]\nid = "a"\noptional = true\nkeywords = ["a", "2026-01-01"]\n',
  },
  {
    about: 'one mixin without brackets',
    kind: 'buildpack',
    rule: 'toml-wrong-type',
    before: '[[stacks]]\nid = "a"\nmixins = "git" # m\n',
    after: '[[stacks]]\nid = "a"\nmixins = ["git"] # m\n',
  },
  {
    about: 'execution environments as tables, which go where their names are then',
    kind: 'buildpack',
    rule: 'exec-env-shape',
    before:
      'api = "0.12"\n  [buildpack]\n  id = "a"\n  version = "1" # one\n\n  # where\n  [[buildpack.exec-env]] # first\n  name = "test"\n\n[metadata]\n\n[[buildpack.exec-env]]\nname = \'production\'\n',
    after:
      'api = "0.12"\n  [buildpack]\n  id = "a"\n  version = "1" # one\n  exec-env = ["test", \'production\']\n\n  # where\n  # first\n\n[metadata]\n',
  },
  {
    about: 'execution environments as tables right behind the module, and between brackets',
    kind: 'extension',
    rule: 'exec-env-shape',
    before: '[extension]\n[[extension.exec-env]]\nname = "a"\n',
    after: '[extension]\nexec-env = ["a"]\n',
  },
  {
    about: 'execution environments as inline tables',
    kind: 'buildpack',
    rule: 'exec-env-shape',
    before: '[buildpack]\nexec-env = [{ name = "a" }, { name = "b" }] # c\n',
    after: '[buildpack]\nexec-env = ["a", "b"] # c\n',
  },
  {
    about: 'one execution environment without brackets',
    kind: 'buildpack',
    rule: 'exec-env-shape',
    before: '[buildpack]\nexec-env = "test"\n',
    after: '[buildpack]\nexec-env = ["test"]\n',
  },
  {
    about: 'optional beside an extension, on its own line and between commas',
    kind: 'builder',
    rule: 'order-extensions-optional',
    before:
      '[[order-extensions]]\n[[order-extensions.group]]\nid = "a"\noptional = true # c\nversion = "1"\n[[order-extensions]]\ngroup = [{ id = "b", optional = true, version = "1" }, { optional = false, id = "c" }]\n',
    after:
      '[[order-extensions]]\n[[order-extensions.group]]\nid = "a"\n# c\nversion = "1"\n[[order-extensions]]\ngroup = [{ id = "b", version = "1" }, { id = "c" }]\n',
  },
  {
    about: 'references without a version',
    kind: 'builder',
    rule: 'order-ref-unpinned',
    versions: { a: ['1.2.3'], b: ['1.0.0', '2.0.0'], c: ['3.0.0'] },
    before: toml`
      [[order]]
        [[order.group]]
          id = "a" # first
          optional = true
        [[order.group]]
          id = "b"
        [[order.group]]
          id = "unknown"
        [[order.group]]
          id = "c"
          version = "" # newest
      [[order]]
      group = [{ id = "a" }, { optional = true, id = "c", name = "C" }, { id = "a", version = "9" }]
      [[system.pre.buildpacks]]
      id = "a"
    `,
    after: toml`
      [[order]]
        [[order.group]]
          id = "a" # first
          version = "1.2.3"
          optional = true
        [[order.group]]
          id = "b"
        [[order.group]]
          id = "unknown"
        [[order.group]]
          id = "c"
          version = "3.0.0" # newest
      [[order]]
      group = [{ id = "a", version = "1.2.3" }, { optional = true, id = "c", version = "3.0.0", name = "C" }, { id = "a", version = "9" }]
      [[system.pre.buildpacks]]
      id = "a"
      version = "1.2.3"
    `,
  },
  {
    about: 'a reference without a version in the last line, which has no end',
    kind: 'builder',
    rule: 'order-ref-unpinned',
    versions: { a: ['1'] },
    before: '[[order]]\n[[order.group]]\nid = "a"',
    after: '[[order]]\n[[order.group]]\nid = "a"\nversion = "1"',
  },
]

describe('what is certain is mended', () => {
  test.each(ROWS)('$rule of $kind.toml: $about', ({ kind, rule, before, after, versions }) => {
    const { source, fixes } = fixed(kind, before, versions)
    expect(source).toBe(after)
    expect(new Set(fixes.map((fix) => fix.rule))).toEqual(new Set([rule]))
    expect(fixed(kind, source, versions)).toEqual({ source, fixes: [] })
  })

  test('several in one file, one after the other', () => {
    const before =
      'api = 0.10\n[[target]]\nos = "Linux"\n[[target.distributions]]\nname = "ubuntu"\nversions = [24.04]\n'
    const { source, fixes } = fixed('buildpack', before)
    expect(source).toBe(
      'api = "0.10"\n[[targets]]\nos = "linux"\n[[targets.distributions]]\nname = "ubuntu"\nversions = [24.04]\n',
    )
    expect(fixes.map(({ rule }) => rule)).toEqual([
      'toml-unknown-key-descriptor',
      'api-unquoted',
      'target-unknown-identifier',
    ])
    expect(fixes.map(({ place }) => place.line)).toEqual([2, 1, 3])
  })
})

test('a fix that is none does not keep another one from being made', () => {
  const { source, fixes } = fixed('package', '[buildpack]\nuri = 1\n[platform]\nos = 7\n')
  expect(source).toBe('[buildpack]\nuri = "1"\n[platform]\nos = 7\n')
  expect(fixes.map(({ about }) => about)).toEqual(['uri becomes the string that it should be'])
})

describe('what is not certain is left to its author', () => {
  test.each<[string, DescriptorKind, string]>([
    ['both forms of the base images', 'builder', '[stack]\nbuild-image = "a"\n[build]\nimage = "a"\n'],
    ['run images of both forms', 'builder', '[stack]\nbuild-image = "a"\n[[run.images]]\nimage = "b"\n'],
    ['[build] that is there without an image', 'builder', '[stack]\nbuild-image = "a"\n[build]\n'],
    ['an id and nothing else', 'builder', '[stack]\nid = "a"\n'],
    ['mirrors of nothing', 'builder', '[stack]\nbuild-image = "a"\nrun-image-mirrors = ["b"]\n'],
    ['dotted mirrors', 'builder', 'stack.run-image = "a"\nstack.run-image-mirrors = ["b"]\n'],
    ['a key of [stack] that nobody knows', 'builder', '[stack]\nbuild-image = "a"\nbuilder-image = "b"\n'],
    ['uri and image', 'builder', '[[buildpacks]]\nuri = "a"\nimage = "b"\n'],
    ['an image that is no reference', 'builder', '[[buildpacks]]\nimage = "docker://acme/java"\n'],
    ['an API version that is another number', 'buildpack', 'api = 1e1\n'],
    ['another system', 'package', '[buildpack]\nuri = "."\n[platform]\nos = "windows"\n'],
    ['stacks of an older API', 'buildpack', 'api = "0.9"\n[[stacks]]\nid = "*"\n'],
    ['a stack that nothing is known of', 'buildpack', 'api = "0.10"\n[[stacks]]\nid = "acme.one"\n'],
    [
      'a stack of two that nothing is known of',
      'buildpack',
      'api = "0.10"\n[[stacks]]\nid = "*"\n[[stacks]]\nid = "b"\n',
    ],
    ['mixins', 'buildpack', 'api = "0.10"\n[[stacks]]\nid = "io.buildpacks.stacks.jammy"\nmixins = ["git"]\n'],
    [
      'two distros: two packages',
      'buildpack',
      'api = "0.10"\n[[stacks]]\nid = "heroku-22"\n[[stacks]]\nid = "heroku-24"\n',
    ],
    ['stacks beside targets', 'buildpack', 'api = "0.10"\n[[stacks]]\nid = "*"\n[[targets]]\nos = "linux"\n'],
    ['distros of both spellings', 'buildpack', '[[targets]]\nos = "linux"\ndistros = []\ndistributions = []\n'],
    ['version and versions', 'buildpack', '[[targets]]\n[[targets.distros]]\nversion = "1"\nversions = ["2"]\n'],
    ['no versions', 'buildpack', '[[targets]]\n[[targets.distros]]\nversions = []\n'],
    ['a CPU that nobody knows', 'buildpack', '[[targets]]\nos = "linux"\narch = "x87"\n'],
    ['a CPU whose name says the variant', 'buildpack', '[[targets]]\nos = "linux"\narch = "armv7l"\n'],
    ['an execution environment that is more than a name', 'buildpack', '[[buildpack.exec-env]]\nname = "a"\nx = 1\n'],
    ['a slip of the pen', 'package', '[buildpack]\nuri = "."\n[[dependancies]]\nuri = "../b"\n'],
    [
      'a key beside the right one',
      'package',
      '[buildpack]\nuri = "."\n[[dependency]]\nuri = "a"\n[[dependencies]]\nuri = "b"\n',
    ],
    ['a key with a value of another kind', 'package', '[buildpack]\nuri = "."\n[dependency]\nuri = "a"\n'],
    ['a key under which more is wrong', 'package', '[buildpack]\nuri = "."\n[[dependency]]\nurl = "a"\n'],
    ['a table where a word belongs', 'builder', 'description = { a = 1 }\n'],
    ['a word that is neither true nor false', 'builder', '[[order]]\n[[order.group]]\nid = "a"\noptional = "yes"\n'],
    ['what authors may write as they like', 'buildpack', 'api = "0.10"\n[metadata]\ntarget = 1\nimage = "x"\n'],
  ])('%s', (_, kind, before) => {
    expect(fixed(kind, before)).toEqual({ source: before, fixes: [] })
  })
})
