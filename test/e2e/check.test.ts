import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EXAMPLES } from '#src/rules/examples/all.js'
import { builderToml, buildpackToml } from '#src/rules/examples/project.js'
import type { ProjectFiles } from '#src/rules/examples/example.js'
import { CLI, type Run } from '../support/cli.js'
import { makeProject } from '../support/example-project.js'
import { trowelHere } from '../support/here.js'
import { withImage } from '../support/labelled.js'

/** What differs from the sound project, and how `check` is called there. */
interface Asked {
  readonly files?: ProjectFiles
  readonly args?: readonly string[]
}

async function check({ files = {}, args = ['builder.toml'] }: Asked): Promise<Run> {
  const { directory, replace } = makeProject({ failing: files, fixed: {}, at: ['builder.toml'] }, 'failing')
  const flags = ['--offline', '--no-cache', '--as-of', '2026-11-01', ...replace]
  return trowelHere(['check', ...flags, ...args], { cwd: directory })
}

interface Finding {
  readonly code: string
  readonly message: string
  readonly severity: string
  readonly file: string
  readonly notes?: readonly string[]
}

interface Report {
  readonly checked: readonly { readonly name: string; readonly kind: string }[]
  readonly findings: readonly Finding[]
  readonly notEvaluated: readonly { readonly rules: readonly string[] }[]
  readonly allowed: readonly (Finding & { readonly allowed: { readonly reason: string } })[]
}

async function reportOf(asked: Asked): Promise<Report & Pick<Run, 'status'>> {
  const { stdout, stderr, status } = await check({ ...asked, args: [...(asked.args ?? ['builder.toml']), '--json'] })
  expect(stderr).not.toContain('error')
  return { ...(JSON.parse(stdout) as Report), status }
}

/** A builder.toml with one warning and one info. */
const WITH_WARNING = builderToml().replace('0.21.17', '0.21.3').replace('description = "an example"\n', '')
const WITH_ERROR = builderToml('\n[[order]]\n[[order.group]]\nid = "acme/none"\nversion = "1.0.0"\n')

describe('the status of a check', () => {
  test.each([
    ['nothing to say', builderToml(), 0],
    ['warnings, which are not to fail it', WITH_WARNING, 0],
    ['an error', WITH_ERROR, 2],
  ])('with %s', async (_, builder, status) => {
    expect((await check({ files: { 'builder.toml': builder } })).status).toBe(status)
  })

  test.each([
    ['warning', 1],
    ['info', 1],
    ['error', 0],
  ])('is that of findings from --fail-on %s on', async (failOn, status) => {
    const run = await check({ files: { 'builder.toml': WITH_WARNING }, args: ['builder.toml', '--fail-on', failOn] })
    expect(run.status).toBe(status)
  })

  test.each([
    [['nowhere.toml'], 'there is no nowhere.toml'],
    [['.', '--profile', 'packer'], "'packer' is no profile"],
    [['.', '--profile', 'lifecycle@9.9.9'], 'what lifecycle 9.9.9 supports is not known'],
    [['.', '--fail-on', 'never'], "'never' is no severity"],
    [['.', '--as-of', '2026-02-31'], "'2026-02-31' is no day"],
    [['.', '--as-of', 'today'], "'today' is no day"],
  ])('is 2 for %j, which is told', async (args, message) => {
    const run = await check({ args })
    expect(run.status).toBe(2)
    expect(run.stderr).toContain(message)
  })
})

describe('profiles', () => {
  /** pack makes a builder of it, and the detector drops the required one. */
  const DIVERGING = {
    'builder.toml': builderToml('\n[[system.pre.buildpacks]]\nid = "acme/java"\nversion = "1.0.0"\noptional = true\n'),
  }

  test('the default goes as pack does, and says who refuses what it accepts', async () => {
    const { findings, status } = await reportOf({ files: DIVERGING })
    expect(status).toBe(0)
    expect(findings.find(({ code }) => code === 'system-optional-ignored')?.severity).toBe('warning')
  })

  test('for a lifecycle of a version its APIs count, whatever the builder has', async () => {
    const { findings, status } = await reportOf({ args: ['builder.toml', '--profile', 'lifecycle@0.17.0'] })
    expect(findings.map(({ code }) => code)).toContain('api-unsupported')
    expect(status).toBe(2)
  })

  test.each([
    ['pack', 'warning', 0],
    ['lifecycle', 'error', 2],
    ['kpack', 'error', 2],
    ['cf', 'error', 2],
    ['strict-spec', 'warning', 0],
  ])(
    'for %s a group that nothing is in, with which the lifecycle detects nothing, is %s',
    async (profile, severity, status) => {
      const files = { 'builder.toml': builderToml('\n[[order]]\ngroup = []\n') }
      const report = await reportOf({ files, args: ['builder.toml', '--profile', profile] })
      expect(report.findings.find(({ code }) => code === 'order-group-empty')?.severity).toBe(severity)
      expect(report.status).toBe(status)
    },
  )

  test('--profile is known to create, too', async () => {
    const { fixed } = EXAMPLES['builder-lifecycle-incomplete']!
    const { directory, replace } = makeProject({ failing: fixed, fixed: {}, at: ['builder.toml'] }, 'failing')
    const flags = ['--offline', '--no-cache', '--dry-run', '--to', 'oci:out', ...replace]
    const made = ['builder', 'create', 'acme/builder', '--config', 'builder.toml', ...flags]
    const run = await trowelHere([...made, '--profile', 'lifecycle@0.17.0'], { cwd: directory })
    expect(run.stderr).toContain('api-unsupported')
    expect(run.status).toBe(2)
  })
})

test('an image that is nothing of ours is said to be checked as a plain one', async () => {
  const { stdout } = await withImage({ env: ['PATH=/bin'] }).run('check', 'oci:app', '--offline')
  expect(stdout).toContain('oci:app: checked as a plain image: by its labels it is no builder, package, lifecycle or')
})

describe('two members of one id', () => {
  const codes = async (group: string): Promise<string[]> => {
    const files = { 'builder.toml': builderToml(`\n[[order]]\n${group}`) }
    const { findings } = await reportOf({ files, args: ['builder.toml'] })
    return findings.map(({ code }) => code).filter((code) => /^order-(?:dup|version|optional-hides)/.test(code))
  }
  const member = (more: string): string => `[[order.group]]\nid = "acme/java"\n${more}\n`
  const pinned = member('version = "1.0.0"')

  test('are told once, by what is most to the point', async () => {
    expect(await codes(`${pinned}${pinned}`)).toEqual(['order-duplicate-member'])
    expect(await codes(`${member('version = "1.0.0"\noptional = true')}${pinned}`)).toEqual([
      'order-optional-hides-required',
    ])
  })
})

describe('trowel.toml', () => {
  const project = (toml: string): ProjectFiles => ({ 'builder.toml': WITH_WARNING, 'trowel.toml': toml })

  test('settles how bad a rule is', async () => {
    const toml = '[check.rules]\nbuilder-lifecycle-old = "error"\nbuilder-description-missing = "off"\n'
    const { findings, status } = await reportOf({ files: project(toml) })
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['builder-lifecycle-old', 'error']])
    expect(status).toBe(2)
  })

  test('settles profile and severity that fails, and flags go first', async () => {
    const files = project('[check]\nfail-on = "warning"\n')
    expect((await check({ files })).status).toBe(1)
    expect((await check({ files, args: ['builder.toml', '--fail-on', 'error'] })).status).toBe(0)
  })

  const ALLOW = '[[check.allow]]\nrule = "builder-lifecycle-old"\n'

  test('allows what is known, with a reason, and says so', async () => {
    const { findings, allowed } = await reportOf({ files: project(`${ALLOW}reason = "0.21.17 breaks us"\n`) })
    expect(findings.map(({ code }) => code)).toEqual(['builder-description-missing'])
    expect(allowed.map(({ code, allowed: { reason } }) => [code, reason])).toEqual([
      ['builder-lifecycle-old', '0.21.17 breaks us'],
    ])
  })

  test.each([
    ['file = "other.toml"', 'builder-lifecycle-old'],
    ['value = "0.21.4"', 'builder-lifecycle-old'],
    ['until = "2026-10-31"', 'builder-lifecycle-old'],
    ['until = 2026-10-31', 'builder-lifecycle-old'],
    ['until = 2026-11-01', undefined],
    ['file = "builder.toml"\nvalue = "0.21.3"\nuntil = "2026-11-01"', undefined],
  ])('allows only what is meant: %j', async (more, code) => {
    const { findings } = await reportOf({ files: project(`${ALLOW}reason = "known"\n${more}\n`) })
    expect(findings.find((finding) => finding.code === 'builder-lifecycle-old')?.code).toBe(code)
  })

  test('a finding that was allowed says until when', async () => {
    const { findings } = await reportOf({ files: project(`${ALLOW}reason = "known"\nuntil = "2026-10-31"\n`) })
    expect(findings.flatMap(({ notes = [] }) => notes).join()).toContain('trowel.toml:1 allowed it until 2026-10-31')
  })

  test.each([
    ['[check.rules]\nbuilder-lifecycle-odl = "off"\n', 'write builder-lifecycle-old'],
    ['[check.rules]\nbuilder-lifecycle-old = "no"\n', 'write error, warning, info, off'],
    [ALLOW, 'is allowed without a reason'],
    [`${ALLOW}reason = "x"\nuntil = "soon"\n`, 'soon is no day'],
    ['[checks]\n', 'unknown key checks'],
  ])('that cannot be understood ends the run: %j', async (toml, message) => {
    const run = await check({ files: project(toml) })
    expect(run.status).toBe(2)
    expect(run.stderr).toContain(message)
    expect(run.stderr).toContain('trowel.toml:')
    expect(run.stderr).toContain('trowel.toml was refused')
    expect(run.stderr).not.toContain('the input was refused')
  })

  const idle = async (toml: string, args = ['builder.toml']): Promise<string[]> => {
    const { findings } = await reportOf({ files: project(toml), args })
    return findings.filter(({ code }) => code === 'check-allow-unused').map(({ message }) => message)
  }

  test('allows what is not found: that is said of what was looked at', async () => {
    const toml = `${ALLOW}value = "0.1.0"\nfile = "builder.toml"\nreason = "x"\n`
    expect(await idle(toml)).toEqual(['builder-lifecycle-old is allowed of 0.1.0 in builder.toml but was not found'])
    expect(await idle(`${ALLOW}reason = "x"\n`, ['.'])).toEqual([])
    const unused = '[[check.allow]]\nrule = "order-empty"\nreason = "x"\n'
    expect(await idle(unused, ['.'])).toEqual(['order-empty is allowed but was not found'])
  })

  test('allows what was not looked at: nothing is said of that', async () => {
    const unused = '[[check.allow]]\nrule = "order-empty"\nreason = "x"\n'
    expect(await idle(unused, ['builder.toml'])).toEqual([])
    expect(await idle(unused.replace('reason', 'file = "other/builder.toml"\nreason'), ['builder.toml'])).toEqual([])
    expect(await idle(unused.replace('order-empty', 'artifact-index-platforms'), ['.'])).toEqual([])
    expect(await idle(unused.replace('order-empty', 'base-vulnerable'), ['.'])).toEqual([])
  })
})

describe('what there is to check', () => {
  const names = async (files: ProjectFiles, args: readonly string[]): Promise<string[]> =>
    (await reportOf({ files, args })).checked.map(({ name, kind }) => `${name} ${kind}`)

  test('is all that lies below a folder, but for what ignore files name', async () => {
    const files = {
      '.gitignore': 'build/\n*.bak\n',
      'more/.trowelignore': 'old\n!kept\n',
      'more/new/buildpack.toml': buildpackToml('', 'acme/new'),
      'more/old/buildpack.toml': buildpackToml('', 'acme/old'),
      'build/buildpack.toml': buildpackToml('', 'acme/built'),
      'node_modules/x/buildpack.toml': buildpackToml('', 'acme/x'),
    }
    expect(await names(files, ['.'])).toEqual([
      'builder.toml builder.toml',
      'java/buildpack.toml buildpack.toml',
      'more/new/buildpack.toml buildpack.toml',
    ])
  })

  test('is known by what is in it when its name does not tell', async () => {
    const files = {
      'jammy.toml': builderToml(),
      'component.toml': buildpackToml(),
      'all.toml': '[buildpack]\nuri = "java"\n',
    }
    expect(await names(files, ['jammy.toml', 'component.toml', 'all.toml'])).toEqual([
      'jammy.toml builder.toml',
      'component.toml buildpack.toml',
      'all.toml package.toml',
    ])
  })

  test.each(['nosuchdir', './nosuch/', 'sub/nosuch/', 'nosuch.toml'])(
    'is nothing where %s is not there',
    async (name) => {
      const run = await check({ args: [name] })
      expect(run.status).toBe(2)
      expect(run.stderr).toContain(`there is no ${name}`)
    },
  )

  test('is nothing while an image that was named may not be asked for', async () => {
    const run = await check({ args: ['registry.example/acme/builder:1'] })
    expect(run.status).toBe(4)
    expect(run.stdout).toContain('registry.example/acme/builder:1: ')
  })

  test('is the rest of a repository where a folder or a file is closed to us', (context) => {
    if (process.getuid?.() !== 0 || spawnSync('setpriv', ['--version']).status !== 0) {
      console.log('skipped: only root with setpriv can become somebody else')
      return context.skip('only root with setpriv can become somebody else')
    }
    const { directory, replace } = makeProject({ failing: {}, fixed: {}, at: ['builder.toml'] }, 'failing')
    chmodSync(directory, 0o755)
    mkdirSync(join(directory, 'data'), { mode: 0 })
    chmodSync(join(directory, 'java/bin/detect'), 0)
    const command = [process.execPath, CLI, 'check', '--offline', '--no-cache', '--as-of', '2026-11-01', ...replace]
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups']
    const env = { PATH: process.env['PATH'] }
    const run = spawnSync('setpriv', [...nobody, ...command], { cwd: directory, env, encoding: 'utf8' })
    expect(run.stdout).toContain('data/: reading')
    expect(run.stdout).toContain('not all files of acme/java could be looked into')
    expect(run.status, run.stdout + run.stderr).toBe(0)
  })

  test('is told of when it is nothing', async () => {
    const { directory } = makeProject({ failing: {}, fixed: {}, at: ['builder.toml'] }, 'failing')
    mkdirSync(join(directory, 'empty'))
    const run = await trowelHere(['check', 'empty'], { cwd: directory })
    expect(run.status).toBe(2)
    expect(run.stderr).toContain('there is no builder.toml, package.toml, buildpack.toml, extension.toml in empty')
  })

  test('a module of a builder that is named itself is judged once', async () => {
    const files = { 'java/buildpack.toml': buildpackToml().replace('description = "runs Java"\n', '') }
    const { findings } = await reportOf({ files, args: ['.'] })
    expect(findings.map(({ code, file }) => [code, file])).toEqual([['description-missing', 'java/buildpack.toml']])
  })
})

describe('however large it is, there is an answer', () => {
  test.each([
    ['a file of 4 MiB', `description = "${'x'.repeat(4 * 1024 * 1024)}"\n`, 'toml-limit'],
    ['many keys', `${Array.from({ length: 50_000 }, (_, i) => `k${i} = 1`).join('\n')}\n`, 'toml-unknown-key-builder'],
    ['arrays of one long line', `a=${'['.repeat(400_000)}`, 'toml-limit'],
    ['a dotted key of one long line', `${'a.'.repeat(200_000)}a=1`, 'toml-limit'],
    ['deep tables', `a = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`, 'toml-limit'],
  ])('%s', async (_, builder, code) => {
    const { findings } = await reportOf({ files: { 'builder.toml': builder } })
    expect(findings.map((finding) => finding.code)).toContain(code)
  })

  test('an order of 10,000 groups', async () => {
    const group = '[[order]]\n[[order.group]]\nid = "acme/java"\nversion = "1.0.0"\n'
    const { findings } = await reportOf({ files: { 'builder.toml': builderToml(group.repeat(10_000)) } })
    expect(findings.map(({ code }) => code)).toContain('order-group-duplicate')
  })

  test('composites that hold each other', async () => {
    const composite = (id: string, other: string): string =>
      `api = "0.11"\n[buildpack]\nid = "acme/${id}"\nname = "x"\nversion = "1.0.0"\n[[order]]\n[[order.group]]\nid = "acme/${other}"\nversion = "1.0.0"\n`
    const { findings } = await reportOf({
      files: {
        'builder.toml': builderToml(
          '\n[[buildpacks]]\nuri = "a"\n[[buildpacks]]\nuri = "b"\n[[order]]\n[[order.group]]\nid = "acme/a"\nversion = "1.0.0"\n',
        ),
        'a/buildpack.toml': composite('a', 'b'),
        'b/buildpack.toml': composite('b', 'a'),
      },
    })
    expect(findings.map(({ code }) => code)).toContain('order-composite-cycle')
  })

  // bench/check.mjs --large has ten times as many.
  test('1,000 modules', async () => {
    const { directory, replace } = makeProject({ failing: {}, fixed: {}, at: ['builder.toml'] }, 'failing')
    const folders = Array.from({ length: 1000 }, (_, i) => `m/${i}`)
    for (const folder of folders) {
      const file = join(directory, folder, 'buildpack.toml')
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, buildpackToml('', `acme/${folder.replace('/', '-')}`))
    }
    const entries = folders.map((folder) => `[[buildpacks]]\nuri = "${folder}"\n`).join('')
    writeFileSync(join(directory, 'builder.toml'), builderToml(entries))
    const flags = ['--offline', '--no-cache', '--json', ...replace]
    const { stdout } = await trowelHere(['check', 'builder.toml', ...flags], { cwd: directory })
    expect((JSON.parse(stdout) as Report).findings.map(({ code }) => code)).toContain('module-unused')
  })
})

describe('what is said of one module', () => {
  const extensionToml = (more: string) => buildpackToml(more, 'acme/certs').replaceAll('buildpack', 'extension')

  const compositeToml = (more = '') =>
    buildpackToml('', 'acme/one').replace(
      /\n\[\[targets[^]*/,
      `\n[[order]]\n[[order.group]]\nid = "acme/a"\nversion = "1"\n${more}`,
    )

  async function said(file: string, text: string): Promise<Report> {
    const { directory } = makeProject({ failing: { [file]: text }, fixed: {}, at: [file] }, 'failing')
    const { stdout } = await trowelHere(['check', file, '--offline', '--json', '--as-of', '2026-11-01'], {
      cwd: directory,
    })
    return JSON.parse(stdout) as Report
  }

  test.each([
    [
      'one/buildpack.toml',
      buildpackToml('', 'acme/one'),
      /^(?:dockerfile|extension|extend|context)-|^order-composite-|^file-include/,
    ],
    ['one/extension.toml', extensionToml(''), /^order-composite-|^file-bin-|^sbom-|^exec-windows|^file-include/],
    [
      'one/buildpack.toml',
      compositeToml('[metadata]\ninclude-files = ["buildpack.toml"]\n'),
      /^(?:dockerfile|extension|extend|exec|sbom)-|^file-bin-/,
    ],
  ])('names as not evaluated only what it could break: %s', async (file, text, others) => {
    const { notEvaluated } = await said(file, text)
    const rules = notEvaluated.flatMap((gap) => gap.rules)
    expect(rules).toContain('file-secret')
    expect(rules.filter((rule) => others.test(rule))).toEqual([])
  })

  test('the folder of a composite is whole without programs', async () => {
    expect((await said('one/buildpack.toml', compositeToml())).notEvaluated).toEqual([])
  })

  test.each([
    ['api-malformed', 'api = "0.9.1"'],
    ['api-missing', ''],
  ])('with %s, no other rule judges the API', async (rule, api) => {
    const text = buildpackToml('', 'acme/one')
      .replace('api = "0.11"', api)
      .replace('name = ', 'exec-env = ["test"]\nname = ')
    const { findings } = await said('one/buildpack.toml', text)
    expect(findings.map(({ code }) => code).filter((code) => code.startsWith('api-'))).toEqual([rule])
  })

  test.each([
    [
      'order',
      'one/extension.toml',
      extensionToml('\n[[order]]\n[[order.group]]\nid = "acme/a"\n'),
      'extension-order-or-stacks',
    ],
    ['stacks', 'one/extension.toml', extensionToml('\n[[stacks]]\nid = "*"\n'), 'extension-order-or-stacks'],
    [
      'extension',
      'one/buildpack.toml',
      buildpackToml('\n[[order]]\n[[order.group]]\nid = "acme/a"\nversion = "1"\nextension = true\n', 'acme/one'),
      'order-composite-extension',
    ],
  ])('%s in the wrong place is said once, and another unknown key still', async (_key, file, text, rule) => {
    const { findings } = await said(file, `colour = "red"\n${text}`)
    const about = findings.filter(({ code }) => code === rule || code === 'toml-unknown-key-descriptor')
    expect(about.map(({ code }) => code).sort()).toEqual([rule, 'toml-unknown-key-descriptor'].sort())
  })
})
