import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUILDER_TOML } from '#src/cnb/builder-schema.js'
import { decodeBuilderConfig, locateInBuilder } from '#src/cnb/decode-builder.js'
import { decodeLifecycleDescriptor } from '#src/cnb/decode-lifecycle.js'
import { decodeModuleDescriptor } from '#src/cnb/decode-module.js'
import { decodePackageConfig, locateInPackage } from '#src/cnb/decode-package.js'
import { LIFECYCLE_TOML } from '#src/cnb/lifecycle-schema.js'
import { BUILDPACK_TOML, EXTENSION_TOML } from '#src/cnb/module-schema.js'
import { PACKAGE_TOML } from '#src/cnb/package-schema.js'
import { type Schema, STRING, type TableSchema } from '#src/cnb/schema.js'
import { CONFIG_TOML, decodeSettings } from '#src/operations/settings-file.js'
import type { TomlDocument } from '#src/toml/document.js'
import type { Report } from '#src/errors.js'
import { documentOf, readToml } from '../toml/read.js'

/** What `decode` makes of a text, with what it reports. */
function decodeWith<T>(toml: string, decode: (document: TomlDocument, report: Report) => T) {
  const { document, diagnostics, report } = readToml(toml)
  if (document === undefined) throw new Error(diagnostics[0]?.message)
  const value = decode(document, report)
  return { value, diagnostics, rules: diagnostics.map(({ rule }) => rule) }
}

const builder = (toml: string) => decodeWith(toml, decodeBuilderConfig)
const buildpack = (toml: string) =>
  decodeWith(toml, (document, report) => decodeModuleDescriptor('buildpack', document, report))
const extension = (toml: string) =>
  decodeWith(toml, (document, report) => decodeModuleDescriptor('extension', document, report))
const packaged = (toml: string) =>
  decodeWith(toml, (document, report) => decodePackageConfig('buildpack', document, report))
const settings = (toml: string) => decodeWith(toml, decodeSettings)
const lifecycle = (toml: string) => decodeWith(toml, decodeLifecycleDescriptor)

describe('C-06: a value of the wrong type is refused at every position of every file', () => {
  /** One value of each type, with the name that messages give it. */
  const VALUES = new Map([
    ['string', '"x"'],
    ['integer', '1'],
    ['float', '1.10'],
    ['boolean', 'true'],
    ['date', '2026-11-21'],
    ['array', '[1]'],
    ['table', '{}'],
  ])
  /** Types that a schema takes, or that are right on the outside. */
  const TAKEN: Record<Schema['kind'], readonly string[]> = {
    string: ['string'],
    boolean: ['boolean'],
    scalar: ['string', 'integer', 'float', 'boolean'],
    list: ['array'],
    table: ['table'],
    map: ['table'],
    any: [...VALUES.keys()],
  }

  const FILES = [
    ['builder.toml', BUILDER_TOML, builder],
    ['package.toml', PACKAGE_TOML, packaged],
    ['buildpack.toml', BUILDPACK_TOML, buildpack],
    ['extension.toml', EXTENSION_TOML, extension],
    ['lifecycle.toml', LIFECYCLE_TOML, lifecycle],
    ['config.toml', CONFIG_TOML, settings],
  ] as const
  const CASES = FILES.flatMap(([file, schema, decode]) =>
    positionsOf(schema).flatMap(({ path, kind, toml }) =>
      [...VALUES]
        .filter(([type]) => !TAKEN[kind].includes(type))
        .map(([type, value]) => ({ file, decode, path, type, toml: toml(value) })),
    ),
  )

  test('there are many', () => expect(CASES.length).toBeGreaterThan(500))

  test.each(CASES)('$file: $path is a $type', ({ decode, path, type, toml }) => {
    const wrong = decode(toml).diagnostics.filter(({ message }) => message.startsWith(`${path}: expected `))
    expect(wrong).toMatchObject([{ severity: 'error', message: expect.stringMatching(`, got ${type}$`) }])
    expect(wrong[0]?.place).toMatchObject({ line: 1 })
  })

  /** Every key of a schema, with a text that has a value there and nowhere else. */
  function positionsOf(schema: TableSchema) {
    const found: { path: string; kind: Schema['kind']; toml: (value: string) => string }[] = []
    const visit = (at: Schema, path: string, toml: (value: string) => string): void => {
      found.push({ path, kind: at.kind, toml })
      if (at.kind === 'list') visit(at.of, `${path}[0]`, (value) => toml(`[${value}]`))
      if (at.kind === 'map') visit(STRING, `${path}."*"`, (value) => toml(`{"*" = ${value}}`))
      if (at.kind === 'table') visitKeys(at, `${path}.`, (inside) => toml(`{${inside}}`))
    }
    const visitKeys = (at: TableSchema, prefix: string, toml: (inside: string) => string): void => {
      for (const [name, key] of Object.entries(at.keys)) {
        visit(key.schema, `${prefix}${name}`, (value) => toml(`${name} = ${value}`))
      }
    }
    visitKeys(schema, '', (inside) => inside)
    return found
  }
})

describe('messages about types', () => {
  test.each([
    [
      '[[buildpacks]]\n[[buildpacks]]\nuri = 3',
      'buildpacks[1].uri: expected string, got integer',
      'quote it: "3"',
      3,
      7,
    ],
    ['[[buildpacks]]\nversion = 1.10', 'buildpacks[0].version: expected string, got float', 'quote it: "1.10"', 2, 11],
    [
      '[[order]]\n[[order.group]]\noptional = "true"',
      'order[0].group[0].optional: expected boolean, got string',
      'write true or false without quotes',
      3,
      12,
    ],
    ['[run.images]', 'run.images: expected array of tables, got table', 'write [[images]]', 1, 6],
    ['[[build]]', 'build: expected table, got array', 'write [build] once', 1, 3],
    [
      '[stack]\nrun-image-mirrors = "x"',
      'stack.run-image-mirrors: expected array of strings, got string',
      'put it in brackets',
      2,
      21,
    ],
  ])('%j', (toml, message, fix, line, column) => {
    expect(builder(toml).diagnostics).toMatchObject([
      { rule: 'toml-wrong-type', message, fix, place: { line, column } },
    ])
  })

  test('exec-env as the specification writes it has a rule of its own', () => {
    const { rules } = buildpack(
      'api = "0.12"\n[buildpack]\nid = "a"\nversion = "1"\n[[buildpack.exec-env]]\nname = "test"\n',
    )
    expect(rules).toEqual(['exec-env-shape'])
  })

  test('items after a wrong one keep their positions', () => {
    const { value, rules } = builder('buildpacks = [{uri = "a"}, 1, {uri = "c"}]')
    expect(value.buildpacks.map(({ uri }) => uri)).toEqual(['a', '', 'c'])
    expect(rules).toEqual(['toml-wrong-type'])
  })
})

describe('unknown keys', () => {
  test.each([
    ['[[buildpack]]\nuri = "x"', 'buildpack', 'did you mean buildpacks?'],
    ['[[groups]]', 'groups', 'known here: '],
    ['order_extensions = []', 'order_extensions', 'did you mean order-extensions?'],
    ['[build]\nmirrors = []', 'build.mirrors', 'known here: image, env'],
    ['[[order]]\n[[order.group]]\nid = "a"\nopional = true', 'order[0].group[0].opional', 'did you mean optional?'],
    ['"a b" = 1', '"a b"', 'known here: '],
    ['[metadata]\nx = 1', 'metadata', 'known here: '],
    ['__proto__ = 1', '__proto__', 'known here: '],
    ['[constructor]\nname = 1', 'constructor', 'known here: '],
    ['"ordеr" = []', '"ordеr"', 'did you mean order?'],
  ])('of a builder.toml are errors: %j', (toml, path, fix) => {
    expect(builder(toml).diagnostics).toMatchObject([
      {
        rule: 'toml-unknown-key-builder',
        severity: 'error',
        message: `unknown key ${path}`,
        fix: expect.stringContaining(fix),
      },
    ])
  })

  test('of a descriptor are warnings, but for [metadata] and sbom-formats', () => {
    const { diagnostics, value } = buildpack(
      'api = "0.10"\nextra = 1\n[buildpack]\nid = "a"\nversion = "1"\nsbom-formats = 1\n[metadata]\nany = {thing = 1}\n[[targets]]\nos = "linux"\narch-variant = "v8"\n',
    )
    expect(value?.info.id).toBe('a')
    expect(diagnostics.map(({ rule, severity, message }) => [rule, severity, message])).toEqual([
      ['toml-unknown-key-descriptor', 'warning', 'unknown key extra'],
      ['toml-unknown-key-descriptor', 'warning', 'unknown key targets[0].arch-variant'],
    ])
  })

  test('of older drafts say what took their place', () => {
    const { diagnostics } = buildpack(
      'api = "0.10"\n[buildpack]\nid = "a"\nversion = "1"\n[[targets]]\n[[targets.distributions]]\n[[targets.distros]]\nversions = ["1"]\n',
    )
    expect(diagnostics).toMatchObject(
      [
        { rule: 'toml-legacy-target-keys', severity: 'warning', fix: 'write one distro a version: version = "24.04"' },
        { rule: 'toml-legacy-target-keys', severity: 'warning', fix: 'write [[targets.distros]]' },
      ].toReversed(),
    )
  })

  test('of a lifecycle.toml are passed over', () => {
    expect(lifecycle('[lifecycle]\nversion = "1.2.3"\nsbom-formats = 1\n[x]\n').diagnostics).toEqual([])
  })

  test('orders and stacks in an extension.toml are unknown', () => {
    const { rules, value } = extension('api = "0.10"\nstacks = []\norder = []\n[extension]\nid = "a"\nversion = "1"\n')
    expect(rules).toEqual(['toml-unknown-key-descriptor', 'toml-unknown-key-descriptor'])
    expect(value).toMatchObject({ kind: 'extension', stacks: [], order: [] })
  })
})

describe('package.toml', () => {
  test('says what is packaged, with what, and what for', () => {
    const { value, diagnostics } = packaged(
      '[buildpack]\nuri = "."\n[[dependencies]]\nuri = "../a"\n[[dependencies]]\nuri = "docker://b"\n[[targets]]\nos = "linux"\narch = "arm64"\n',
    )
    expect(diagnostics).toEqual([])
    expect(value).toMatchObject({
      uri: '.',
      dependencies: [{ uri: '../a' }, { uri: 'docker://b' }],
      os: 'linux',
      targets: [{ os: 'linux', arch: 'arm64' }],
    })
  })

  test.each([
    ['[extension]\nuri = "."\n', 'package-source-missing', 'make that with extension package'],
    ['', 'package-source-missing', 'write [buildpack]'],
    ['[buildpack]\nuri = "."\n[[dependencies]]\nid = "a"\n', 'toml-unknown-key-package', 'known here: uri, image'],
    ['[buildpack]\nuri = "."\n[[dependencies]]\n', 'package-dep-none', 'give it a uri'],
    ['[buildpack]\nuri = "."\n[[dependencies]]\nuri = "a"\nimage = "b"\n', 'package-dep-both', 'give it a uri'],
    ['[buildpack]\nuri = "."\n[platform]\nos = "macos"\n', 'package-platform-os', 'write linux'],
  ])('is refused: %j', (toml, rule, fix) => {
    const errors = packaged(toml).diagnostics.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ rule }) => rule)).toContain(rule)
    expect(errors.find((error) => error.rule === rule)?.fix).toContain(fix)
  })

  test('its modules are found as entries of a list', () => {
    const document = documentOf('[buildpack]\nuri = "."\n[[dependencies]]\nuri = "a"\n[[dependencies]]\nuri = "b"\n')
    const locate = locateInPackage('buildpack', document)
    expect(locate(['buildpacks', 0])).toMatchObject({ line: 2 })
    expect(locate(['buildpacks', 2, 'uri'])).toMatchObject({ line: 6 })
  })
})

describe('the case of keys', () => {
  test('does not matter, for values and for places', () => {
    const document = documentOf('[BUILD]\nImage = "b"\n[[Run.IMAGES]]\nimage = "r"\n')
    const { value, diagnostics } = builder(document.source)
    expect(value).toMatchObject({ buildImage: 'b', runImages: [{ image: 'r' }] })
    expect(diagnostics).toEqual([])
    expect(document.locate(['build', 'image'])).toMatchObject({ line: 2, column: 9 })
  })

  test('a key in two spellings is refused, because pack takes one at random', () => {
    const { diagnostics } = builder('[build]\nimage = "a"\n[BUILD]\nimage = "b"\n')
    expect(diagnostics).toMatchObject([
      {
        rule: 'toml-key-case',
        severity: 'error',
        message: 'BUILD is the same key as build in line 1',
        place: { line: 3 },
      },
    ])
  })
})

describe('builder.toml', () => {
  test('gives everything that pack reads', () => {
    const { value, diagnostics } = builder(`
description = "d"
[[buildpacks]]
uri = "b1"
id = "a"
version = "1"
[[extensions]]
uri = "e1"
[[order]]
[[order.group]]
id = "a"
version = "1"
optional = true
name = "n"
licenses = [{type = "MIT"}]
[[order]]
[[order-extensions]]
group = [{id = "e", optional = true}]
[lifecycle]
version = "0.21.0"
[build]
image = "build"
[[build.env]]
name = "N"
value = "v"
suffix = "append"
delim = ":"
[[run.images]]
image = "run"
mirrors = []
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
[[targets.distros]]
name = "ubuntu"
version = "24.04"
[[system.pre.buildpacks]]
id = "s"
`)
    expect(diagnostics).toEqual([])
    expect(value).toMatchObject({
      description: 'd',
      buildpacks: [{ uri: 'b1', image: '', id: 'a', version: '1' }],
      extensions: [{ uri: 'e1', image: '', id: '', version: '' }],
      order: [
        { refs: [{ id: 'a', version: '1', optional: true, name: 'n', licenses: [{ type: 'MIT', uri: '' }] }] },
        { refs: undefined },
      ],
      orderExtensions: [{ refs: [{ id: 'e', optional: false }] }],
      system: { pre: [{ id: 's', version: '' }], post: [] },
      stackId: '',
      buildImage: 'build',
      runImages: [{ image: 'run', mirrors: [] }],
      lifecycle: { version: '0.21.0', uri: '' },
      buildEnv: [{ name: 'N', value: 'v', suffix: 'append', delim: ':' }],
      targets: [{ os: 'linux', arch: 'arm64', variant: 'v8', distros: [{ name: 'ubuntu', version: '24.04' }] }],
    })
  })

  test('C-17: an empty file gives empty parts', () => {
    expect(builder('').value).toMatchObject({ buildImage: '', runImages: [], buildpacks: [], order: undefined })
  })

  test.each([
    [
      'old form',
      '[stack]\nbuild-image = "b"\nrun-image = "r"\nrun-image-mirrors = ["m"]',
      'b',
      [{ image: 'r', mirrors: ['m'] }],
    ],
    [
      'new form wins',
      '[stack]\nbuild-image = "b"\nrun-image = "r"\nrun-image-mirrors = ["m"]\n[build]\nimage = "B"\n[[run.images]]\nimage = "R"',
      'B',
      [{ image: 'R', mirrors: undefined }],
    ],
    ['empty build image in the new form', '[stack]\nbuild-image = "b"\n[build]\nimage = ""', 'b', []],
    [
      'no entry in the new form',
      '[stack]\nrun-image = "r"\n[run]\nimages = []',
      '',
      [{ image: 'r', mirrors: undefined }],
    ],
    ['mirrors alone', '[stack]\nrun-image-mirrors = ["m"]', '', []],
  ])('folds [stack] into [build] and [run]: %s', (_about, toml, buildImage, runImages) => {
    expect(builder(toml).value).toMatchObject({ buildImage, runImages })
  })

  test('places are found in the form that the value comes from', () => {
    const locate = locateInBuilder(
      documentOf('[stack]\nbuild-image = "b"\nrun-image = "r"\nrun-image-mirrors = ["m"]\n'),
    )
    expect(locate(['build', 'image'])).toMatchObject({ line: 2, column: 15 })
    expect(locate(['run', 'images', 0, 'image'])).toMatchObject({ line: 3, column: 13 })
    expect(locate(['run', 'images', 0, 'mirrors', 0])).toMatchObject({ line: 4 })
    expect(locate(['order'])).toMatchObject({ line: 1, column: 1 })
    const newer = locateInBuilder(documentOf('[stack]\nbuild-image = "b"\n[build]\nimage = "B"\n'))
    expect(newer(['build', 'image'])).toMatchObject({ line: 4 })
  })

  test('C-23: fifty mistakes are found in one run', () => {
    const toml = Array.from({ length: 25 }, (_, i) => `[[buildpacks]]\nuri = ${i}\nurl = "x"\n`).join('')
    expect(builder(toml).diagnostics).toHaveLength(50)
  })

  test('image beside a module is deprecated', () => {
    expect(builder('[[buildpacks]]\nimage = "x"').diagnostics).toMatchObject([
      { rule: 'toml-deprecated-key', severity: 'warning', place: { line: 2, column: 1 } },
    ])
  })

  test('whatever a document holds, decoding throws nothing', () => {
    const names = [
      'buildpacks',
      'order',
      'group',
      'stack',
      'build',
      'env',
      'run',
      'images',
      'system',
      'pre',
      'api',
      'apis',
    ]
    const key = fc.constantFrom(...names, 'buildpack', 'lifecycle', 'version', 'id', 'targets', 'distros', 'supported')
    const value: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('1', '1.5', '"x"', '"0.10"', 'true', '2026-01-01', '[]', '{}'),
        fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
        fc
          .uniqueArray(fc.tuple(key, tie('value')), { selector: ([name]) => name, maxLength: 4 })
          .map((pairs) => `{${pairs.map(([name, text]) => `${name} = ${text}`).join(', ')}}`),
      ),
    })).value
    const pairs = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name })
    fc.assert(
      fc.property(pairs, (entries) => {
        const toml = entries.map(([name, text]) => `${name} = ${text}\n`).join('')
        for (const read of [builder, buildpack, extension, lifecycle]) expect(() => read(toml)).not.toThrow()
      }),
    )
  })
})

describe('buildpack.toml', () => {
  const named = '[buildpack]\nid = "a"\nversion = "1"\n'

  test('gives everything that a label carries', () => {
    const { value, diagnostics } = buildpack(`api = "v0.10"\n${named}name = "n"\nhomepage = "h"\nkeywords = ["k"]
exec-env = ["test"]\nclear-env = true\n[[stacks]]\nid = "*"\nmixins = ["m"]\n[[order]]\n[[order.group]]\nid = "b"\n`)
    expect(diagnostics).toEqual([])
    expect(value).toMatchObject({
      kind: 'buildpack',
      api: { major: 0, minor: 10 },
      info: { id: 'a', version: '1', name: 'n', homepage: 'h', keywords: ['k'], execEnv: ['test'], clearEnv: true },
      stacks: [{ id: '*', mixins: ['m'] }],
      order: [{ refs: [{ id: 'b' }] }],
    })
  })

  test.each([
    ['', 'api-missing', 'warning', '0.1'],
    ['api = 0.10', 'api-unquoted', 'error', '0.10'],
    ['api = 1', 'api-unquoted', 'warning', '1.0'],
    ['api = "0.10.0"', 'api-malformed', 'error', '0.1'],
    ['api = ""', 'api-malformed', 'error', '0.1'],
    ['api = true', 'api-malformed', 'error', '0.1'],
    ['api = {}', 'toml-wrong-type', 'error', '0.1'],
  ])('api: %j is %s, %s', (api, rule, severity, taken) => {
    const { value, diagnostics } = buildpack(`${api}\n${named}`)
    expect(diagnostics).toMatchObject([{ rule, severity, place: { line: 1 } }])
    expect(`${value?.api.major}.${value?.api.minor}`).toBe(taken)
  })

  test('a module without a name is refused, once for each part', () => {
    expect(buildpack('api = "0.10"').rules).toEqual(['id-missing', 'version-missing'])
    expect(buildpack('api = "0.10"\n[buildpack]\nid = ""\nversion = 1\n')).toMatchObject({
      value: undefined,
      rules: ['toml-wrong-type', 'id-missing'],
    })
    expect(extension('api = "0.10"\n[buildpack]\nid = "a"\nversion = "1"\n').rules).toEqual([
      'toml-unknown-key-descriptor',
      'id-missing',
      'version-missing',
    ])
  })
})

describe('lifecycle.toml', () => {
  const print = (toml: string) => {
    const { api, apis } = lifecycle(toml).value
    const text = (version: { major: number; minor: number } | undefined) =>
      version && `${version.major}.${version.minor}`
    const list = (versions: readonly { major: number; minor: number }[] | undefined) => versions?.map(text)
    return {
      api: [text(api.buildpack), text(api.platform)],
      buildpack: [list(apis.buildpack.deprecated), list(apis.buildpack.supported)],
      platform: [list(apis.platform.deprecated), list(apis.platform.supported)],
    }
  }

  test('the single values become the lowest of each list', () => {
    expect(
      print(
        '[api]\nbuildpack = "0.1"\nplatform = "0.1"\n[apis.buildpack]\ndeprecated = ["0.9", "0.7"]\nsupported = ["0.10"]\n[apis.platform]\nsupported = ["0.12", "0.3"]\n',
      ),
    ).toEqual({
      api: ['0.7', '0.3'],
      buildpack: [['0.9', '0.7'], ['0.10']],
      platform: [undefined, ['0.12', '0.3']],
    })
  })

  test('two single values without lists become lists', () => {
    expect(print('[api]\nbuildpack = "0.2"\nplatform = "0.3"')).toEqual({
      api: ['0.2', '0.3'],
      buildpack: [undefined, ['0.2']],
      platform: [undefined, ['0.3']],
    })
  })

  test('one single value alone becomes no list', () => {
    const none = [undefined, undefined]
    expect(print('[api]\nbuildpack = "0.2"')).toEqual({ api: ['0.2', undefined], buildpack: none, platform: none })
  })

  test('a number in a list is read as pack reads it, with a warning', () => {
    const { value, rules } = lifecycle('[apis.buildpack]\nsupported = [0.7, 1]\n')
    expect(value.apis.buildpack.supported).toEqual([
      { major: 0, minor: 700_000 },
      { major: 1, minor: 0 },
    ])
    expect(rules).toEqual(['api-unquoted', 'api-unquoted'])
  })

  test.each([
    ['version = "v0.21"', '0.21.0', []],
    ['version = "0.021.1-rc.1+build.7"', '0.21.1-rc.1+build.7', []],
    ['version = 0.21', '0.21.0', ['lifecycle-version-unquoted']],
    ['version = "latest"', '', ['lifecycle-not-semver']],
    ['version = "1.2.3-01"', '', ['lifecycle-not-semver']],
    ['version = "1.2.3.4"', '', ['lifecycle-not-semver']],
    ['version = "18446744073709551616"', '', ['lifecycle-not-semver']],
    ['', '', []],
  ])('[lifecycle] %s', (line, version, rules) => {
    expect(lifecycle(`[lifecycle]\n${line}\n`)).toMatchObject({ value: { version }, rules })
  })
})
