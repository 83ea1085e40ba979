import { describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { json, withImage } from '../support/labelled.js'

describe('an application', () => {
  const LABELS = {
    'io.buildpacks.lifecycle.metadata': {
      runImage: {
        topLayer: 'sha256:aa',
        reference: 'reg.test/run@sha256:bb',
        image: 'acme/run',
        mirrors: ['reg.test/run'],
      },
    },
    'io.buildpacks.build.metadata': {
      buildpacks: [{ id: 'acme/node', version: '1.1.0', homepage: 'https://acme.test/node' }],
      processes: [
        { type: 'task', command: ['node', 'a'], args: ['b'], direct: true },
        { type: 'web', command: 'npm', args: ['start'], direct: false, 'working-dir': '/w' },
      ],
      launcher: { version: '0.21.0' },
    },
  }

  async function inspectApp(
    labels: Record<string, unknown>,
    container: Record<string, unknown>,
    ...flags: string[]
  ): Promise<Run> {
    const { layout, run } = withImage({ labels: json(labels) })
    layout.editConfig((config) => void Object.assign(config.config as object, container))
    return run('inspect', 'oci:app', ...flags)
  }

  const PROGRAM = { Env: ['CNB_PLATFORM_API=0.12'], Entrypoint: ['/cnb/process/web'], WorkingDir: '/workspace' }

  test('is shown as pack shows it', async () => {
    const { stdout } = await inspectApp(LABELS, PROGRAM)
    expect(stdout).toBe(
      [
        "Inspecting image: 'oci:app'",
        '',
        'REMOTE:',
        '(not present)',
        '',
        'LOCAL:',
        '',
        'Stack: ',
        '',
        'Base Image:',
        '  Reference: reg.test/run@sha256:bb',
        '  Top Layer: sha256:aa',
        '',
        'Run Images:',
        '  acme/run',
        '  reg.test/run',
        '',
        'Rebasable: true',
        '',
        'Buildpacks:',
        '  ID               VERSION        HOMEPAGE',
        '  acme/node        1.1.0          https://acme.test/node',
        '',
        'Processes:',
        '  TYPE                 SHELL        COMMAND        ARGS         WORK DIR',
        '  web (default)        bash         npm            start        /w',
        '  task                              node           a b          /workspace',
        '',
      ].join('\n'),
    )
  })

  test.each([
    ['the program that is the entrypoint', PROGRAM, 'web'],
    ['none when that is the launcher', { ...PROGRAM, Entrypoint: ['/cnb/lifecycle/launcher'] }, undefined],
    ['what is found in the PATH', { ...PROGRAM, Entrypoint: ['web'] }, 'web'],
    ['a program of Windows', { ...PROGRAM, Entrypoint: ['c:\\cnb\\process\\web.exe'] }, 'web'],
    ['none when that is something else', { ...PROGRAM, Entrypoint: ['/bin/web'] }, undefined],
    ['web before platform API 0.4', { Env: [] }, 'web'],
    [
      'what CNB_PROCESS_TYPE says before platform API 0.4',
      { Env: ['CNB_PLATFORM_API=0.3', 'CNB_PROCESS_TYPE=task'] },
      'task',
    ],
  ])('has a default process: %s', async (_what, container, expected) => {
    const { stdout } = await inspectApp(LABELS, container, '-o', 'json')
    const { local_info } = JSON.parse(stdout) as { local_info: { processes: { type: string; default: boolean }[] } }
    const [first] = local_info.processes
    expect(local_info.processes.find((process) => process.default)?.type).toBe(expected)
    if (expected !== undefined) expect(first?.type).toBe(expected)
  })

  test('of an old launcher does not say its run image by digest; one may say that it cannot be rebased', async () => {
    for (const [version, isOld] of [
      ['0.4.9', true],
      ['v0.4', true],
      ['0.5.0-rc.1', true],
      ['0.5.0+build', false],
      ['1.0.0-rc.1', false],
      ['', false],
    ] as const) {
      const build = { ...LABELS['io.buildpacks.build.metadata'], launcher: { version } }
      const labels = { ...LABELS, 'io.buildpacks.build.metadata': build, 'io.buildpacks.rebasable': false }
      const { stdout } = await inspectApp(labels, PROGRAM)
      expect(stdout.includes('Reference:'), version).toBe(!isOld)
      expect(stdout).toContain('Rebasable: false\n')
    }
  })

  test('has a row for every process, whatever it lacks, and they are one table', async () => {
    const processes = [
      { type: 'web' },
      { type: 'web', command: [], args: ['x'] },
      { type: 'task', args: ['a long one'] },
    ]
    const labels = { ...LABELS, 'io.buildpacks.build.metadata': { processes } }
    const { stdout } = await inspectApp(labels, { ...PROGRAM, WorkingDir: '' }, '--quiet')
    expect(stdout).toContain(
      [
        '  TYPE                 SHELL        COMMAND        ARGS              WORK DIR',
        '  web (default)        bash',
        '  web (default)        bash                        x',
        '  task                 bash                        a long one',
      ].join('\n'),
    )
  })

  test('without build metadata says that it is not there', async () => {
    const { stdout } = await inspectApp({ 'io.buildpacks.lifecycle.metadata': {} }, {})
    expect(stdout).toContain('Run Images:\n  (none)\n')
    expect(stdout).toContain('Buildpacks:\n  (buildpack metadata not present)\n')
  })

  test('is not any other image', async () => {
    const other = await inspectApp({}, {})
    expect(other).toMatchObject({ status: 3, stdout: '' })
    expect(other.stderr).toContain("unable to find image 'oci:app' locally or remotely")
    expect(other.stderr).toMatch(/the image oci:.* is no application of buildpacks\n/)
  })
})
