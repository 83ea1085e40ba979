/** buildpack.toml and extension.toml with all that pack keeps, drops or refuses, spelled in many ways. */
import fc from 'fast-check'
import { mostly, type Named } from './random-modules.js'

/** Texts for people: with what Go, JSON and TOML escape, each in its own way. */
const TEXTS = [
  'Demo <One> & more',
  'quote " and \\ back',
  'é ß ファイル 🚀',
  'line\u2028and\u2029paragraph',
  'tab\tnewline\nreturn\r',
  '\b\f\u0001\u001b',
  '\u007f\u0085\ufeff',
  '\0 and \u{10ffff}\ufffe',
  '',
  ' ',
  'https://example.test/?a=1&b=2#c',
  'x'.repeat(3000),
]

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('plain', 'Some Thing', 'https://example.test') },
  { weight: 2, arbitrary: fc.constantFrom(...TEXTS) },
)

/** A TOML string. */
const quoted = (value: string): string => JSON.stringify(value).replaceAll('\u007f', String.raw`\u007f`)

const quotedText = text.map(quoted)
const listOf = (items: readonly string[]): string => `[${items.join(', ')}]`
const license = fc
  .record({ type: quotedText, uri: quotedText }, { requiredKeys: [] })
  .map((parts) => `{ ${linesOf(parts).join(', ')} }`)

function linesOf(record: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(record).map(([key, value]) => `${key} = ${value}`)
}

/** Lines below `[buildpack]`, `[extension]` or a group. */
const INFO = fc
  .record(
    {
      name: quotedText,
      homepage: quotedText,
      description: quotedText,
      keywords: fc.array(quotedText, { maxLength: 3 }).map(listOf),
      licenses: fc.array(license, { maxLength: 2 }).map(listOf),
      'clear-env': fc.constantFrom('true', 'false'),
      'exec-env': fc.constantFrom('["production"]', '["test", "production"]', '[]', '["*"]'),
    },
    { requiredKeys: [] },
  )
  .map(linesOf)

/** What pack keeps in no label, or does not know. */
const MORE_INFO = mostly('', ['sbom-formats = ["application/spdx+json"]', 'unheard = 1', '"odd key" = { a = 1 }'], 6)

const METADATA = mostly(
  '',
  [
    '[metadata]\nanything = ["a", 1]\n[[metadata.dependencies]]\nid = "x"\n',
    '[metadata.deep.er]\nx = 1979-05-27T07:32:00Z\n',
    '[unheard]\nof = true\n',
    '[[unheard]]\nof = inf\n',
  ],
  3,
)

const APIS = ['api = "0.9"', 'api = "0.7"', 'api = "1"', 'api = "v0.8"', 'api = 1', "api = '0.11'", '']
const API = mostly('api = "0.10"', APIS, 3)

const target = (...lines: readonly string[]): string => `[[targets]]\n${lines.join('\n')}\n`
const stack = (...lines: readonly string[]): string => `[[stacks]]\n${lines.join('\n')}\n`
const LINUX = target('os = "linux"')
const DISTRO = '[[targets.distros]]\nname = "ubuntu"\nversion = "22.04"\n'

/** What a module or a composite is for. */
export const TARGETS = {
  linux: LINUX,
  amd64: target('os = "linux"', 'arch = "amd64"'),
  both: target('os = "linux"', 'arch = "amd64"') + target('os = "linux"', 'arch = "arm64"'),
  variant: target('os = "linux"', 'arch = "arm"', 'variant = "v7"'),
  distro: target('os = "linux"', 'arch = "amd64"') + DISTRO,
} as const

/** What a component may say of what it runs on. */
export const RUNS_ON: readonly string[] = [
  '',
  ...Object.values(TARGETS),
  target('os = "linux"', 'arch = "arm64"'),
  TARGETS.distro + target('os = "linux"', 'arch = "arm64"') + DISTRO,
  `${TARGETS.amd64}[[targets.distros]]\nname = "debian"\n`,
  target('arch = "amd64"', 'os = "linux"', 'distros = [{ name = "alpine", version = "3.20" }]', 'unheard = 1'),
  TARGETS.amd64 + target('os = "linux"', 'arch = "arm64"', 'variant = "v8"'),
  stack('id = "*"'),
  stack('id = "s.one"'),
  stack('id = "s.one"', 'mixins = ["z", "a", "build:q", "a"]'),
  stack('id = "s.two"') + stack('id = "s.one"', 'mixins = ["m"]'),
  stack('id = "s.one"', 'mixins = []') + stack('id = "s.one"', 'mixins = ["run:x"]'),
  stack('id = "*"', 'mixins = ["m"]') + stack('id = "s.two"'),
  stack('id = "s.one"') + TARGETS.amd64,
]

type Edit = (toml: string) => string
const asIs: Edit = (toml) => toml
const before =
  (line: string, unless: string): Edit =>
  (toml) =>
    toml.includes(unless) ? toml : `${line}\n${toml}`

/** The same again, spelled in another way that Go's reader understands. */
const SPELLINGS: readonly Edit[] = [
  (toml) => toml.replaceAll('\n', '\r\n'),
  (toml) => `\ufeff${toml}`,
  (toml) => `\n\t# comment\n${toml.replaceAll('\n', '\n  ')}`,
  (toml) => toml.replace(/^\[(\w+)\]/m, '["$1"]'),
  (toml) => toml.replace(/^\[(\w+)\]/m, '[ $1 ] # comment'),
  (toml) => toml.replace('[buildpack]', '[Buildpack]'),
  (toml) => toml.replace(/^id = /m, 'ID = '),
  (toml) => toml.replace(/^id = /m, "'id' = "),
  (toml) => toml.replace(/^id = "a/m, String.raw`id = "\u0061`),
  (toml) => toml.replace(/^version = "(.*)"/m, "version = '''$1'''"),
  (toml) => toml.replace(/^version = "(.*)"/m, 'version = """\n$1"""'),
  (toml) => toml.replaceAll('[[targets]]', '[[Targets]]').replaceAll('arch = ', 'Arch = '),
  (toml) => toml.replaceAll('mixins = ["', 'mixins = [ # comment\n  "'),
  (toml) => toml.replace(/\n$/, ''),
  (toml) => `WithLinuxBuild = true\n${toml}`,
  before('stacks = []', '[[stacks]]'),
  before('targets = []', '[[targets]]'),
  before('order = []', 'order'),
]

/** What a file must not say, or what looks as if. */
const WRONG: readonly Edit[] = [
  (toml) => toml.replace(/version = .*/, 'version = 1'),
  (toml) => toml.replace(/version = .*/, ''),
  (toml) => toml.replace(/version = .*/, 'version = ""'),
  (toml) => toml.replace(/version = .*/, (line) => `${line}\n${line}`),
  (toml) => toml.replace(/^id = .*/m, ''),
  (toml) => toml.replace(/^api = .*/m, 'api = 0.8'),
  (toml) => toml.replace(/^api = .*/m, 'api = "latest"'),
  onlyBuildpack('[[stacks]]\nid = 1\n'),
  (toml) => `${toml}[[targets]]\nos = ["linux"]\n`,
  onlyBuildpack('[[order]]\n'),
  (toml) => `${toml}x = \n`,
  (toml) => withKey(toml, 'keywords', '"one"'),
  (toml) => withKey(toml, 'licenses', '["MIT"]'),
  (toml) => withKey(toml, 'licenses', '{ type = "MIT" }'),
  (toml) => withKey(toml, 'clear-env', '"yes"'),
  (toml) => withKey(toml, 'homepage', '7'),
  (toml) => withKey(toml, 'name', '["x"]'),
  (toml) => withKey(toml, 'exec-env', '"production"'),
  (toml) => withKey(toml, 'sbom-formats', '7'),
  (toml) => withKey(toml, 'name', String.raw`"\ud800"`),
  (toml) => withKey(toml, 'name', String.raw`"\x41"`),
  (toml) => withKey(toml, 'clear-env', 'True'),
  (toml) => withKey(toml, 'keywords', '["a", 1]'),
  (toml) => withKey(toml, 'homepage', '"a\nb"'),
  (toml) => withKey(toml, 'homepage', "'''a\nb'''"),
  (toml) => withKey(toml, 'homepage', '"a" "b"'),
  (toml) => withKey(toml, 'licenses', '[]\n[[buildpack.licenses]]\ntype = "MIT"'),
  (toml) => toml.replace(/\n\[/, '\n[buildpack]\n['),
  (toml) => toml.replaceAll('[[order.group]]', '[order.group]'),
  (toml) => toml.replace('[[targets]]', '[targets]'),
  (toml) => toml.replace('[[stacks]]', '[[stack]]'),
  (toml) => `${toml}[[buildpack.licenses]]\ntype = "MIT"\n`,
  (toml) => `${toml}[[targets.distros]]\nname = "x"\n`,
  onlyBuildpack('[order]\ngroup = []\n'),
]

/** With this behind it; pack reads an extension.toml in the current folder as if it were a buildpack.toml. */
function onlyBuildpack(text: string): Edit {
  return (toml) => (toml.includes('[buildpack]') ? `${toml}${text}` : toml)
}

/** The same with this key right below the version, and nowhere else above. */
function withKey(toml: string, key: string, value: string): string {
  const without = toml.replace(new RegExp(`^${key} = [^\\n]*\\n`, 'm'), '')
  return without.replace(/version = .*/, (line) => `${line}\n${key} = ${value}`)
}

/** A descriptor with this `rest`, of which the first part stands above all tables; about one in 25 is wrong. */
function descriptor(
  kind: 'buildpack' | 'extension',
  { id, version }: Named,
  rest: fc.Arbitrary<readonly [above: string, below: string]>,
): fc.Arbitrary<string> {
  return fc
    .record({
      api: API,
      info: INFO,
      more: MORE_INFO,
      rest,
      metadata: METADATA,
      spell: mostly(asIs, SPELLINGS, 4),
      spoil: mostly(asIs, WRONG, 25),
    })
    .map(({ api, info, more, rest: [above, below], metadata, spell, spoil }) => {
      const lines = [api, above, `[${kind}]`, `id = ${quoted(id)}`, `version = ${quoted(version)}`, ...info, more]
      return spell(spoil(`${lines.filter((line) => line !== '').join('\n')}\n${below}${metadata}`))
    })
}

/** The descriptor of a component that mostly runs on what its family runs on. */
export function componentToml(named: Named, runsOn: string): fc.Arbitrary<string> {
  return descriptor(
    'buildpack',
    named,
    mostly(runsOn, RUNS_ON, 8).map((below) => ['', below]),
  )
}

/** The descriptor of an extension. */
export function extensionToml(named: Named, targets: string): fc.Arbitrary<string> {
  return descriptor('extension', named, fc.constant(['', targets]))
}

/** The descriptor of a composite: its first group has all of these, others have some; one in 20 has what it must not have. */
export function compositeToml(named: Named, of: readonly Named[]): fc.Arbitrary<string> {
  const group = fc.subarray([...of], { minLength: 1 }).chain(groupOf)
  const order = fc.tuple(groupOf(of), fc.array(group, { maxLength: 2 })).map(([first, more]) => [first, ...more])
  const odd = mostly('', [LINUX, stack('id = "*"'), '[[order]]\ngroup = []\n', '[[order]]\n'], 20)
  return descriptor(
    'buildpack',
    named,
    fc
      .tuple(order, odd, mostly(false, [true], 5))
      .map(([groups, odd, isInline]) =>
        isInline ? [`order = ${listOf(groups.map(inlineGroup))}`, ''] : ['', groups.map(groupTables).join('') + odd],
      ),
  )
}

type Group = readonly (readonly string[])[]

/** References, each as lines; a group may say more of a module than its name. */
function groupOf(modules: readonly Named[]): fc.Arbitrary<Group> {
  const optional = mostly<readonly string[]>([], [['optional = true'], ['optional = false']], 3)
  const info = fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: INFO })
  const refs = modules.map(({ id, version }) =>
    fc.tuple(optional, info).map((more) => [`id = ${quoted(id)}`, `version = ${quoted(version)}`, ...more.flat()]),
  )
  return fc.tuple(...refs)
}

const groupTables = (group: Group): string =>
  `[[order]]\n${group.map((lines) => `[[order.group]]\n${lines.join('\n')}\n`).join('')}`
const inlineGroup = (group: Group): string => `{ group = ${listOf(group.map((lines) => `{ ${lines.join(', ')} }`))} }`
