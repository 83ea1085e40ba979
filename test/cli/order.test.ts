import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'
import { builderLabels, withImage } from '../support/labelled.js'
import { type Files, writeFiles } from '../support/workspace.js'

const SCRIPT = '#!/bin/sh\n'

/** A component at version 1. */
const component = (id: string): Files => ({
  [`${id}/buildpack.toml`]: `api = "0.10"\n[buildpack]\nid = "acme/${id}"\nversion = "1"\n`,
  [`${id}/bin/detect`]: SCRIPT,
  [`${id}/bin/build`]: SCRIPT,
})

/** `jdk maven?` as a group; the version is left out after `:`. */
const group = (text: string, table = 'order'): string =>
  `[[${table}]]\n${text
    .split(' ')
    .map((word) => {
      const [, id, unpinned, optional] = /^([^?:]+)(:?)(\??)$/.exec(word)!
      return `[[${table}.group]]\nid = "acme/${id}"\n${unpinned ? '' : 'version = "1"\n'}${optional ? 'optional = true\n' : ''}`
    })
    .join('')}`

const uris = (kind: string, ...ids: string[]): string => ids.map((id) => `[[${kind}s]]\nuri = "${id}"\n`).join('')

const FILES: Files = {
  ...component('jdk'),
  ...component('maven'),
  ...component('gradle'),
  ...component('proxy'),
  ...component('old'),
  'java/buildpack.toml': `api = "0.10"\n[buildpack]\nid = "acme/java"\nversion = "1"\n${group('jdk maven?')}${group('jdk gradle')}`,
  'curl/extension.toml': 'api = "0.10"\n[extension]\nid = "acme/curl"\nversion = "1"\n',
  'curl/bin/generate': SCRIPT,
  'builder.toml': [
    '[build]\nimage = "base.test/build:1"\n[[run.images]]\nimage = "base.test/run:1"\n',
    uris('buildpack', 'jdk', 'maven', 'gradle', 'java', 'proxy', 'old'),
    uris('extension', 'curl'),
    group('curl', 'order-extensions'),
    group('java:'),
    group('jdk'),
    group('java maven'),
    '[[system.pre.buildpacks]]\nid = "acme/proxy"\nversion = "1"\noptional = true\n',
  ].join('\n'),
}

/** Runs `trowel order` beside these files. */
function order(...args: string[]): Promise<Awaited<ReturnType<typeof trowelHere>>> {
  return orderOf(FILES, ...args)
}

function orderOf(files: Files, ...args: string[]): Promise<Awaited<ReturnType<typeof trowelHere>>> {
  const cwd = temporaryDirectory()
  writeFiles(cwd, files)
  return trowelHere(['order', '--offline', '--no-cache', ...args], { cwd })
}

async function explained(files: Files, ...args: string[]): Promise<Record<string, unknown>> {
  const run = await orderOf(files, '--explain', '--json', ...args)
  expect(run).toMatchObject({ status: 0, stderr: '' })
  return JSON.parse(run.stdout) as Record<string, unknown>
}

describe('an order', () => {
  test('is shown with versions, composites opened once, extensions and system buildpacks, and what is odd about it', async () => {
    const { status, stdout, stderr } = await order()
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe(`builder.toml: 3 groups, as lifecycle 0.21.0 takes them on Platform API 0.15

before every group, the first of these groups of extensions with which it passes, or none
 └ group 1
    └ acme/curl@1    extension

 ├ group 1 of 3
 │  ├ acme/proxy@1    system
 │  └ acme/java@1
 │     ├ group 1 of 2
 │     │  ├ acme/jdk@1
 │     │  └ acme/maven@1    optional
 │     └ group 2 of 2
 │        ├ acme/jdk@1
 │        └ acme/gradle@1
 ├ group 2 of 3
 │  ├ acme/proxy@1    system
 │  └ acme/jdk@1
 └ group 3 of 3
    ├ acme/proxy@1    system
    ├ acme/java@1     opened above
    └ acme/maven@1

worth knowing
  group 2 is never reached: whenever it would pass, group 1 has passed
  group 3 is reached only where build plans keep group 1 from passing, which requires no more than it does
  optional has no effect on acme/proxy@1: the lifecycle requires every system buildpack
  no order leads to buildpack acme/old@1
`)
  })

  test('has no system buildpacks before Platform API 0.15', async () => {
    const { stdout } = await order('--platform-api', '0.14')
    expect(stdout).not.toContain('system')
  })

  test('is a graph, in which a module is one node', async () => {
    const mermaid = (await order('--format', 'mermaid')).stdout
    expect(mermaid).toMatch(/^flowchart LR\n/)
    expect(mermaid.match(/"acme\/jdk@1"/g)).toHaveLength(1)
    expect(mermaid).toContain('-.->')
    const dot = (await order('--format', 'dot')).stdout
    expect(dot).toMatch(/^digraph order \{\n[^]*\n\}\n$/)
    expect(dot.match(/"acme\/java@1"/g)).toHaveLength(1)
  })

  test('of names that would be more than names in a graph is quoted', async () => {
    const files = { ...FILES, 'builder.toml': '[[order]]\n[[order.group]]\nid = "a\\"]\\n#b"\nversion = "1"\n' }
    expect((await orderOf(files, '--format', 'mermaid')).stdout).toContain('{{"a#quot;]\\n#35;b@1"}}')
    expect((await orderOf(files, '--format', 'dot')).stdout).toContain(String.raw`label="a\"]\\n#b@1"`)
  })

  test('of a published builder is that of its labels', async () => {
    const { run } = withImage({
      labels: builderLabels({
        'io.buildpacks.buildpack.system': { post: { buildpacks: [{ id: 'acme/java', version: '1.0.0' }] } },
        'io.buildpacks.buildpack.order': [
          { group: [{ id: 'acme/java' }] },
          { group: [{ id: 'acme/none', version: '1' }] },
        ],
      }),
    })
    const shown = await run('order', 'oci:app')
    expect(shown.stdout).toContain('as lifecycle 0.20.0 takes them on Platform API 0.12')
    expect(shown.stdout).toMatch(/acme\/java@1\.0\.0\n[^]*acme\/none@1 {4}not on the builder/)
    const json = JSON.parse((await run('order', 'oci:app', '--json', '--explain')).stdout) as object
    // Direct members are looked up before anything is tried.
    expect(json).toMatchObject({ exit: 1, group: null, trace: [] })
  })
})

describe('an explanation', () => {
  test('tells which group passes and why others do not', async () => {
    const { stdout } = await order(
      '--fail',
      'acme/maven',
      '--fail',
      'acme/gradle',
      '--fail',
      'acme/proxy@1',
      '--platform-api',
      '0.14',
    )
    expect(stdout).toBe(`builder.toml, as lifecycle 0.21.0 takes them on Platform API 0.14
the detector ends with 0, after 1 trial and 1 try of build plans: group 1 passes
  extensions  acme/curl@1
  buildpacks  acme/jdk@1

the app runs on base.test/run:1

trial 1 (group 1, extensions group 1, acme/java@1 group 1) passes
  pass  extension acme/curl@1
  pass  acme/jdk@1
  skip  acme/maven@1, optional

taken for granted
  every target fits the run image: --target names one
  the execution environment is production
  these pass with an empty build plan, unless --fail or --outcomes say otherwise: buildpack acme/jdk@1
  bin/generate of these puts out nothing, unless --outcomes says otherwise: acme/curl@1
`)
  })

  test('of one that fails is told by all its trials', async () => {
    const { stdout } = await order('--fail', 'acme/proxy')
    expect(stdout).toContain('the detector ends with 20, after 10 trials and 0 tries of build plans: no group passed')
    expect(stdout).toContain(
      'trial 3 (group 1, without extensions, acme/java@1 group 1) fails: acme/proxy@1 is required',
    )
  })

  test.each([
    ['--fail', 'acme/mavn', 'did you mean acme/maven?'],
    ['--pass', 'acme/jdk@l', 'did you mean acme/jdk@1?'],
    ['--fail', 'zz/q', 'trowel order shows those that there are'],
  ])('%s %s names nothing that is there', async (flag, name, hint) => {
    const { status, stderr } = await order(flag, name)
    expect(status).toBe(2)
    expect(stderr).toContain(`${flag} ${name}: there is no such module, nor does an order name it`)
    expect(stderr).toContain(hint)
  })

  test('says which outcomes of a file are of nothing that is there, and goes on', async () => {
    const outcomes = { 'zz/q@1': { exit: 100 }, 'acme/proxy': { exit: 0 }, 'extension acme/curl@1': { exit: 0 } }
    const files = { ...FILES, 'outcomes.json': JSON.stringify(outcomes) }
    const note = 'outcomes.json has zz/q@1, which is not in this builder'
    expect(await explained(files, '--outcomes', 'outcomes.json')).toMatchObject({ exit: 0, notes: [note] })
    expect((await orderOf(files, '--outcomes', 'outcomes.json')).stdout).toContain(note)
  })

  test('takes outcomes and build plans from a file, and flags before that', async () => {
    const outcomes = {
      'acme/jdk@1': { exit: 0, plan: '[[provides]]\nname = "jdk"\n' },
      'acme/maven': { plan: '[[requires]]\nname = "jdk"\n[requires.metadata]\nversion = "21"\n' },
      'acme/proxy': { exit: 1 },
    }
    const files = { ...FILES, 'outcomes.json': JSON.stringify(outcomes) }
    expect(await explained(files, '--outcomes', 'outcomes.json', '--pass', 'acme/proxy')).toMatchObject({
      exit: 0,
      group: [
        { id: 'acme/proxy', version: '1', api: '0.10' },
        { id: 'acme/jdk', version: '1', api: '0.10' },
        { id: 'acme/maven', version: '1', api: '0.10' },
      ],
      groupExt: [{ id: 'acme/curl', version: '1' }],
      plan: [{ providers: [{ id: 'acme/jdk' }], requires: [{ name: 'jdk', metadata: { version: '21' } }] }],
      assumed: [],
    })
    expect(await explained(files, '--outcomes', 'outcomes.json')).toMatchObject({ exit: 21, group: null })
  })

  test('compares targets with the run image that is named', async () => {
    const targets = '[[targets]]\nos = "linux"\narch = "arm64"\n'
    const files = { ...FILES, 'jdk/buildpack.toml': `${FILES['jdk/buildpack.toml'] as string}${targets}` }
    expect(await explained(files, '--target', 'linux/arm64')).toMatchObject({ exit: 0 })
    expect(await explained(files, '--target', 'linux/amd64')).toMatchObject({ exit: 21 })
  })

  test('of a broken module is an answer, and its status that of the input', async () => {
    const broken = { ...FILES, 'jdk/buildpack.toml': 'api = 0.10\n[buildpack]\nid = "acme/jdk"\nversion = "1"\n' }
    const run = await orderOf(broken, '--explain', '--json')
    expect(run.status).toBe(2)
    // Group 2 names it directly.
    expect(JSON.parse(run.stdout)).toMatchObject({ exit: 1, problems: [{ code: 'api-unquoted' }] })
  })

  test('of a module that only a network has is shown without it, with the status for that', async () => {
    const files = {
      ...FILES,
      'builder.toml': `${FILES['builder.toml'] as string}${uris('buildpack', 'docker://a.test/acme/b:1')}`,
    }
    const run = await orderOf(files)
    expect(run.status).toBe(4)
    expect(run.stdout).toContain('acme/jdk@1')
    expect(run.stderr).toContain('a.test/acme/b:1')
  })

  test('of types that no lifecycle reads is that it cannot begin', async () => {
    const files = { ...FILES, 'builder.toml': '[[order]]\n[[order.group]]\nid = "acme/jdk"\nversion = 1\n' }
    const run = await orderOf(files, '--explain', '--json')
    expect(JSON.parse(run.stdout)).toMatchObject({
      exit: 1,
      reason: expect.stringContaining('order[0].group[0].version') as string,
    })
  })

  test.each([
    [['--pass', 'a', '--fail', 'a'], 'cannot both pass and fail'],
    [['--target', 'linux'], 'one platform'],
    [['--target', 'linux/amd64,linux/arm64'], 'one platform'],
    [['--format', 'svg'], "there is no format 'svg'"],
    [['--format', 'dot', '--explain'], 'cannot be drawn as dot'],
    [['none.toml'], 'there is no none.toml'],
    [['--outcomes', 'builder.toml'], 'builder.toml'],
  ])('is not begun with %j', async (args, message) => {
    const run = await order(...args)
    expect(run).toMatchObject({ stdout: '' })
    expect(run.status).not.toBe(0)
    expect(run.stderr).toContain(message)
  })
})

test('a module that comes from two places is used once one of them is', async () => {
  const copy = Object.fromEntries(
    Object.entries(FILES).map(([name, text]) => [name.replace(/^(?:jdk|old)\//, '$&again/'), text]),
  )
  const files = {
    ...copy,
    ...FILES,
    'builder.toml': `${FILES['builder.toml'] as string}${uris('buildpack', 'jdk/again', 'old/again')}`,
  }
  const { stdout } = await orderOf(files)
  expect(stdout.match(/no order leads to .*/g)).toEqual(['no order leads to buildpack acme/old@1'])
})

describe('what holds no order', () => {
  test('is a package.toml', async () => {
    const run = await orderOf({ ...FILES, 'package.toml': '[buildpack]\nuri = "jdk"\n' }, 'package.toml')
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(run.stderr).toContain('package.toml is a package.toml, and no builder')
  })

  test.each([
    ['.', 'there is no builder.toml in .'],
    ['./other.toml', 'there is no ./other.toml'],
    ['pipe.toml', 'pipe.toml'],
  ])('%s is refused, and no registry is asked for it', async (name, message) => {
    const cwd = temporaryDirectory()
    mkdirSync(join(cwd, 'pipe.toml'))
    const run = await trowelHere(['order', '--no-cache', name], { cwd })
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(run.stderr).toContain(message)
  })
})
