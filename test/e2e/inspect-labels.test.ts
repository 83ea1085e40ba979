import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { builderLabels, json, TARS, withImage } from '../support/labelled.js'
import { sha256 } from '../support/layout.js'

describe('labels', () => {
  test.each([
    ['is no JSON', { 'io.buildpacks.builder.metadata': '{' }, 'E_JSON'],
    ['has a key twice', { 'io.buildpacks.builder.metadata': '{"description":"a","description":"b"}' }, 'E_JSON_DUP'],
    ['is a list', { 'io.buildpacks.builder.metadata': '[]' }, 'E_LABEL'],
    ['has a number for a text', { 'io.buildpacks.builder.metadata': '{"description":1}' }, 'E_LABEL'],
    ['has a text for a list', { 'io.buildpacks.builder.metadata': '{"buildpacks":"x"}' }, 'E_LABEL'],
    ['has a list in a list', { 'io.buildpacks.builder.metadata': '{"images":[["x"]]}' }, 'E_LABEL'],
    ['has an order that is an object', { 'io.buildpacks.buildpack.order': '{}' }, 'E_LABEL'],
    ['has mixins that are none', { 'io.buildpacks.stack.id': 'x', 'io.buildpacks.stack.mixins': '[1]' }, 'E_LABEL'],
    [
      'has layers without digest',
      { 'io.buildpacks.buildpack.layers': '{"a":{"1":{"api":"0.1","layerDiffID":"x"}}}' },
      'E_DIGEST_SYNTAX',
    ],
    ['is nested without end', { 'io.buildpacks.builder.metadata': '['.repeat(100_000) }, 'E_OCI_LIMIT'],
  ])('that %s is refused with its name', async (_what, changes, code) => {
    const { run } = withImage({ labels: { ...builderLabels(), ...changes } })
    for (const format of ['human-readable', 'json']) {
      const refused = await run('builder', 'inspect', 'oci:app', '-o', format)
      expect(refused).toMatchObject({ status: 3, stdout: '' })
      expect(refused.stderr).toContain(`[${code}]`)
      expect(refused.stderr).toContain(Object.keys(changes).at(-1))
    }
  })

  test('that hold what moves a cursor show it harmlessly, in every format', async () => {
    const bad = '\u001b]0;x\u0007\u001b[2Ja\r\n\u202eb\u009b1m'
    const info = { id: bad, name: bad, version: bad, homepage: bad, description: bad, keywords: [bad] }
    const labels = builderLabels({
      'io.buildpacks.builder.metadata': {
        description: bad,
        buildpacks: [info],
        extensions: [info],
        lifecycle: { version: bad, apis: { buildpack: { supported: [bad], deprecated: [bad] } } },
        createdBy: { name: bad, version: bad },
        images: [{ image: bad, mirrors: [bad] }],
      },
      'io.buildpacks.buildpack.order': [{ group: [info] }],
      'io.buildpacks.buildpack.order-extensions': [{ group: [info, info] }],
      'io.buildpacks.stack.mixins': [bad],
      'io.buildpacks.buildpack.layers': {
        [bad]: {
          [bad]: {
            api: '0.10',
            layerDiffID: sha256(TARS[1]!),
            name: bad,
            homepage: bad,
            targets: [{ os: bad, arch: bad }],
            order: [{ group: [{ id: bad, version: bad, optional: true }] }],
          },
        },
      },
      'io.buildpacks.buildpackage.metadata': { ...info, stacks: [{ id: bad, mixins: [bad] }] },
      'io.buildpacks.lifecycle.metadata': {
        runImage: { image: bad, reference: bad, topLayer: bad },
        sbom: { sha: '' },
      },
      'io.buildpacks.build.metadata': {
        buildpacks: [info],
        extensions: [info],
        processes: [{ type: bad, command: [bad], args: [bad], 'working-dir': bad }],
      },
    })
    const { run } = withImage({ labels: { ...labels, 'io.buildpacks.stack.id': bad } })
    for (const words of [['builder', 'inspect'], ['buildpack', 'inspect'], ['inspect']]) {
      for (const flags of [['--verbose', '--layers'], ['-o', 'json'], ['-o', 'yaml'], ['-o', 'toml'], ['--json']]) {
        const found = await run(...words, 'oci:app', ...flags)
        expect(found.status, found.stderr).toBe(0)
        expect(found.stdout).toContain('b')
        // oxlint-disable-next-line no-control-regex -- these are what must not be there
        expect(found.stdout + found.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
      }
    }
  })

  test('and names that are refused are told of harmlessly, to people and to programs', async () => {
    const bad = '\u009b2J\u202ex\u007f'
    const { run } = withImage({
      labels: builderLabels({ 'io.buildpacks.builder.metadata': { [bad]: 1, images: bad } }),
    })
    const refusals = [
      ['builder', 'inspect', 'oci:app'],
      ['inspect', `oci:app:${bad}`],
      ['sbom', 'download', `oci-archive:${bad}`],
      ['buildpack', 'inspect', `r.test/${bad}`],
      ['check', `oci:${bad}`],
    ]
    for (const words of refusals) {
      for (const flags of [[], ['--json']]) {
        const refused = await run(...words, ...flags)
        expect(refused.status).not.toBe(0)
        expect(refused.stdout + refused.stderr).not.toMatch(/[\u007f-\u009f\u202a-\u202e]/)
      }
    }
  })

  test('of any kind end in an output or in a refusal, never in a fault of trowel', async () => {
    const names = Object.keys(builderLabels()).filter((name) => name !== 'io.buildpacks.buildpackage.metadata')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.json({ maxDepth: 4 }), async (name, value) => {
        const { run } = withImage({ labels: { ...builderLabels(), [name]: value } })
        const found = await run('builder', 'inspect', 'oci:app', '--layers')
        expect([0, 3]).toContain(found.status)
        expect(found.stderr).not.toContain('E_BUG')
      }),
      { numRuns: 30 },
    )
  })

  test('of a package that contradict each other are refused', async () => {
    const layer = { api: '0.10', layerDiffID: sha256(TARS[1]!) }
    const cases: [Record<string, unknown>, string][] = [
      [{ 'io.buildpacks.buildpackage.metadata': { id: 'acme/other', version: '1' } }, 'acme/other@1'],
      [
        {
          'io.buildpacks.buildpack.layers': {
            'acme/java': { '1.0.0': { ...layer, order: [{ group: [{ id: 'gone', version: '1' }] }] } },
          },
        },
        'gone@1',
      ],
    ]
    for (const [changes, words] of cases) {
      const { run } = withImage({ labels: builderLabels(changes) })
      const refused = await run('buildpack', 'inspect', 'oci:app')
      expect(refused).toMatchObject({ status: 3, stdout: '' })
      expect(refused.stderr).toContain(words)
    }
    const labels = {
      'io.buildpacks.buildpackage.metadata': { id: 'a', version: '1' },
      'io.buildpacks.extension.layers': { a: { '1': layer }, b: { '1': layer } },
    }
    const { run } = withImage({ labels: json(labels) })
    expect((await run('extension', 'inspect', 'oci:app')).stderr).toContain('has 2 extensions')
  })

  test('that name a layer which is not there are shown, with a warning', async () => {
    const lost = { api: '0.10', layerDiffID: `sha256:${'0f'.repeat(32)}` }
    const { run } = withImage({
      labels: builderLabels({ 'io.buildpacks.buildpack.layers': { 'acme/java': { '1.0.0': lost } } }),
    })
    for (const what of ['builder', 'buildpack']) {
      const shown = await run(what, 'inspect', 'oci:app')
      expect(shown).toMatchObject({ status: 0, stdout: expect.stringContaining('acme/java') as string })
      expect(shown.stderr).toMatch(/^warning\[label-layer-missing\] .* acme\/java@1\.0\.0 /)
    }
    const full = JSON.parse((await run('builder', 'inspect', 'oci:app', '--json')).stdout) as object
    expect(full).toMatchObject({ warnings: [{ code: 'label-layer-missing', value: lost.layerDiffID }] })
  })

  test('of a builder are read as pack reads them', async () => {
    const labels = json({
      'io.buildpacks.builder.metadata': {
        createdBy: { version: '1' },
        stack: { runImage: { image: 'old/run', mirrors: ['m/old'] } },
        images: [{ image: 'acme/run', mirrors: ['', 'm/run'] }],
        lifecycle: {
          version: 'v0.20',
          api: { buildpack: '0.2', platform: 'v0.3' },
          apis: { platform: { deprecated: ['0.2'] } },
        },
      },
      'io.buildpacks.stack.mixins': ['build:git', 'tz'],
    })
    const { run } = withImage({ labels: { ...labels, 'io.buildpacks.buildpack.order': '' } })
    const { stdout } = await run('builder', 'inspect', 'oci:app', '--verbose')
    const [, body = ''] = /\nLOCAL:\n\n(.*?)\nBuildpacks:/s.exec(stdout) ?? []
    expect(body).toBe(
      [
        'Trusted: No\n\n\n  Mixins:\n    tz\n    build:git\n',
        'Lifecycle:\n  Version: 0.20.0',
        '  Buildpack APIs:\n    Deprecated: (none)\n    Supported: 0.2',
        '  Platform APIs:\n    Deprecated: (none)\n    Supported: 0.3\n',
        'Run Images:\n  acme/run\n  m/run\n  old/run\n  m/old\n',
      ].join('\n'),
    )
    const machine = JSON.parse((await run('builder', 'inspect', 'oci:app', '-o', 'json', '-v')).stdout) as object
    expect(machine).toMatchObject({ local_info: { run_images: { length: 4 } } })
    expect(machine).not.toHaveProperty('local_info.stack')
  })

  test('of few modules that would be shown on gigabytes are refused, or shown in little', async () => {
    const layer = { api: '0.10', layerDiffID: sha256(TARS[1]!) }
    const groups = Array.from({ length: 9_000 }, () => ({ group: [] }))
    const often = Array.from({ length: 900 }, () => ({ group: [{ id: 'acme/java' }] }))
    const many = withImage({
      labels: builderLabels({
        'io.buildpacks.buildpack.layers': { 'acme/java': { '1.0.0': { ...layer, order: groups } } },
        'io.buildpacks.buildpack.order': often,
      }),
    })
    const refused = await many.run('builder', 'inspect', 'oci:app')
    expect(refused).toMatchObject({ status: 3, stdout: '' })
    expect(refused.stderr).toContain('--depth')
    expect(await many.run('builder', 'inspect', 'oci:app', '--depth', '-2')).toMatchObject({ status: 3 })
    expect(await many.run('builder', 'inspect', 'oci:app', '--depth', '0')).toMatchObject({ status: 0 })

    const wide = [
      { id: 'x'.repeat(100_000) },
      ...Array.from({ length: 2_000 }, (_, i) => ({ id: `m${i}`, version: '1' })),
    ]
    const { run } = withImage({ labels: json({ 'io.buildpacks.builder.metadata': { buildpacks: wide } }) })
    const shown = await run('builder', 'inspect', 'oci:app')
    expect(shown.status).toBe(0)
    expect(shown.stdout.length).toBeLessThan(3_000_000)
  })

  test('of a package whose order is too large to open are shown without it at depth 0', async () => {
    const layer = { api: '0.10', layerDiffID: sha256(TARS[1]!) }
    const chain = Array.from({ length: 100 }, (_, i) => [
      `m${i}`,
      { '1': { ...layer, order: [{ group: [{ id: `m${i + 1}` }] }] } },
    ])
    const { run } = withImage({
      labels: json({
        'io.buildpacks.buildpackage.metadata': { id: 'm0', version: '1' },
        'io.buildpacks.buildpack.layers': Object.fromEntries(chain) as object,
      }),
    })
    expect(await run('buildpack', 'inspect', 'oci:app')).toMatchObject({ status: 3, stdout: '' })
    const shown = await run('buildpack', 'inspect', 'oci:app', '-d', '0')
    expect(shown).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Detection Order:\n  (none)\n') as string,
    })
  })

  test('of an extension need say no more than where it is', async () => {
    const layers = { acme: { '1': { api: '0.10', layerDiffID: sha256(TARS[1]!), name: 'Acme' } } }
    const { run } = withImage({ labels: json({ 'io.buildpacks.extension.layers': layers }) })
    expect((await run('extension', 'inspect', 'oci:app')).stdout).toMatch(/\n {2}acme +Acme +1 +-\n/)
    expect((await run('extension', 'inspect', 'oci:app', '-o', 'json')).stdout).toContain('"id": "acme"')
  })

  test('of a builder tell what it lacks', async () => {
    const { run } = withImage({ labels: json({ 'io.buildpacks.builder.metadata': {} }) })
    const found = await run('builder', 'inspect', 'oci:app', '--verbose')
    expect(found.stdout).toContain('Run Images:\n  (none)\n\nBuildpacks:\n  (none)\n\nDetection Order:\n  (none)\n')
    for (const what of [
      'a run image',
      'a Lifecycle version',
      'supported Lifecycle Buildpack APIs',
      'supported Lifecycle Platform APIs',
    ]) {
      expect(found.stderr).toContain(`Warning: oci:app does not specify ${what}\n`)
    }
    expect(found.stderr).toContain('Warning: oci:app has no buildpacks\n')
    expect(found.stderr).toContain('Warning: oci:app has no detection order\n')
  })
})
