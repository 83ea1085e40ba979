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
