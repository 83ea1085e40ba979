import { describe, expect, test } from 'vitest'
import { aRef } from '../support/modules.js'
import { printOrderToml } from '#src/cnb/toml-files.js'
import { explain } from '#src/operations/explain-rule.js'
import type { ProjectFiles } from '#src/rules/examples/example.js'
import {
  buildDockerfile,
  builderWithTools,
  extensionToml,
  runDockerfile,
  toolsFiles,
} from '#src/rules/examples/extension-project.js'
import { detectVector, readVectors } from '../detect/vectors.js'
import { checkProject, makeProject } from '../support/example-project.js'
import { trowelHere } from '../support/here.js'

/** What `trowel check tools` finds in an extension with these files, as rule, file and line. */
async function findings(files: ProjectFiles, builder?: string): Promise<string[]> {
  const example = {
    check: builder === undefined ? 'tools' : 'builder.toml',
    failing: { ...toolsFiles(files), ...(builder === undefined ? {} : { 'builder.toml': builder }) },
    fixed: {},
    at: ['tools/extension.toml'] as const,
  }
  const found = await checkProject(makeProject(example, 'failing'), example)
  return found.map(({ rule, place }) => `${rule} ${place.file}:${place.line ?? '-'}`)
}

/** Vectors by their id. */
const VECTORS = new Map(readVectors().map((vector) => [vector.id, vector]))

function detected(id: string) {
  const vector = VECTORS.get(id)
  if (vector === undefined) throw new Error(`there is no vector ${id}`)
  const { selection } = detectVector(vector)
  return { group: selection?.group.map((one) => one.id), groupExt: selection?.groupExt.map((one) => one.id) }
}

// Rows of the needs that the review of image extensions brought up, by their ids.
describe('what extensions need', () => {
  test('4-1 extensions are written for a Buildpack API, by the rules of buildpacks', async () => {
    const written = (api: string) => ({ 'extension.toml': extensionToml().replace('"0.11"', `"${api}"`) })
    expect(await findings(written('0.11'))).toEqual([])
    expect(await findings(written('0.8'), builderWithTools())).toContain('extension-api-low tools/extension.toml:1')
    expect(await findings(written('0.99'), builderWithTools())).toContain('api-unsupported tools/extension.toml:1')
  })

  test('4-2 what bin/generate does to the app is not looked at, and that is said', () => {
    expect(explain('extension-writes-to-app')).toMatchObject({
      kind: 'left out',
      reason: expect.stringContaining('check runs nothing'),
    })
  })

  test('4-3 an extension has no SBOM to put out', async () => {
    expect(await findings({ 'generate/sbom.json': '{}' })).toEqual(['extension-sbom-output tools/generate/sbom.json:-'])
    const script = { text: '#!/bin/sh\ntouch "$CNB_OUTPUT_DIR/build.sbom.cdx.json"\n', mode: 0o755 }
    expect(await findings({ 'bin/generate': script })).toEqual(['extension-sbom-output tools/bin/generate:2'])
  })

  test('4-4 Dockerfiles are given arguments by extend-config.toml, but for those of the lifecycle', async () => {
    const config = (name: string) => ({
      'generate/extend-config.toml': `[[run.args]]\nname = "${name}"\nvalue = "1"\n`,
    })
    const at = 'tools/generate/extend-config.toml:2'
    expect(await findings(config('level'))).toEqual([])
    for (const name of ['build_id', 'user_id', 'group_id']) {
      expect(await findings(config(name)), name).toEqual([`extend-config-reserved ${at}`])
    }
    expect(await findings(config('base_image'))).toEqual([`extend-config-base-image ${at}`])
  })

  test('4-5 base_image is what the lifecycle says it is, where it is spelled as the lifecycle looks for it', async () => {
    const run = (text: string) => ({ 'generate/run.Dockerfile': text })
    const label = 'LABEL io.buildpacks.rebasable=true\n'
    expect(await findings(run(runDockerfile()))).toEqual([])
    for (const spelling of ['$base_image', '"${base_image}"', '${base_image:-other}']) {
      expect(await findings(run(`ARG base_image\nFROM ${spelling}\n${label}`)), spelling).toEqual([
        'dockerfile-base-image-spelling tools/generate/run.Dockerfile:2',
      ])
    }
    expect(await findings(run(`FROM \${base_image}\n${label}`))).toEqual([
      'dockerfile-run-arg-missing tools/generate/run.Dockerfile:1',
    ])
  })

  test('4-6 build_id comes before what must not be cached, and has a default', async () => {
    const build = (...lines: string[]) => ({ 'generate/build.Dockerfile': buildDockerfile(...lines) })
    const found = (line: number) => [`dockerfile-build-id tools/generate/build.Dockerfile:${line}`]
    expect(await findings(build('ARG build_id=0', 'RUN echo ${build_id}', 'RUN apt-get update'))).toEqual([])
    expect(await findings(build('ARG build_id=0', 'RUN apt-get update # ${build_id}'))).toEqual([])
    expect(await findings(build('ARG build_id=0', 'RUN apt-get update'))).toEqual(found(4))
    expect(await findings(build('RUN apt-get -qq update', 'ARG build_id=0', 'RUN echo $build_id'))).toEqual(found(3))
    expect(await findings(build('ARG build_id', 'RUN echo ${build_id}'))).toEqual(found(3))
  })

  test('4-7 the app is the context of Dockerfiles, unless the extension has one of its own', async () => {
    const copying = { 'generate/build.Dockerfile': buildDockerfile('COPY a /a') }
    expect(await findings(copying)).toEqual(['dockerfile-copy-from-app tools/generate/build.Dockerfile:3'])
    expect(await findings({ ...copying, 'generate/context/a': 'a' })).toEqual([])
    expect(await findings({ ...copying, 'generate/context/a': 'a', 'generate/context.run/a': 'a' })).toEqual([
      'context-conflict tools/generate/context.run:-',
    ])
  })

  test('4-8 bin/detect may be missing, and detect/plan.toml then only provides', async () => {
    const plan = (text: string) => ({ 'bin/detect': null, 'detect/plan.toml': text })
    expect(await findings({ 'bin/detect': null })).toEqual([])
    expect(await findings(plan('[[provides]]\nname = "tool"\n'))).toEqual([])
    expect(await findings(plan('[[or]]\n[[or.requires]]\nname = "tool"\n'))).toEqual([
      'extension-plan-requires tools/detect/plan.toml:2',
    ])
    expect(detected('EXT-02')).toEqual({ group: ['A'], groupExt: ['E'] })
  })

  test('4-9 extensions come before buildpacks, and have an order of their own in the same file', () => {
    const ref = (id: string) => ({ refs: [aRef(`${id}@1`)] })
    const text = printOrderToml([ref('acme/java')], [ref('acme/tools')])
    expect(text.indexOf('[[order]]')).toBeGreaterThanOrEqual(0)
    expect(text.indexOf('[[order-extensions]]')).toBeGreaterThan(0)
    expect(detected('ORD-08')).toEqual({ group: expect.any(Array), groupExt: ['E1'] })
    expect(detected('ORD-09').groupExt).toEqual(['E1'])
  })

  test('4-10 the output is two Dockerfiles, their arguments and contexts', async () => {
    expect(
      await findings({
        'generate/build.Dockerfile': buildDockerfile('COPY a /a'),
        'generate/run.Dockerfile': runDockerfile('COPY a /a'),
        'generate/extend-config.toml': '[[build.args]]\nname = "level"\nvalue = "1"\n',
        'generate/context.build/a': 'a',
        'generate/context.run/a': 'a',
      }),
    ).toEqual([])
    expect(await findings({ 'generate/build.Dockerfile': null })).toEqual([])
    expect(await findings({ 'generate/build.Dockerfile': null, 'bin/generate': null })).toEqual([
      'extension-no-output tools/extension.toml:3',
    ])
  })

  test('4-11 neither composites nor the order of buildpacks hold extensions', async () => {
    const inOrder = builderWithTools().replace('id = "acme/java"', 'id = "acme/tools"')
    expect((await findings({}, inOrder)).map((one) => one.split(' ')[0])).toContain('order-extension-in-order')
    const composite = {
      'java/buildpack.toml':
        'api = "0.11"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n[[order]]\n[[order.group]]\nid = "acme/tools"\nversion = "1.0.0"\n',
      'java/bin/build': null,
      'java/bin/detect': null,
    }
    const example = {
      failing: { ...toolsFiles(), ...composite, 'builder.toml': builderWithTools() },
      fixed: {},
      at: ['builder.toml'] as const,
    }
    const found = await checkProject(makeProject(example, 'failing'), example)
    expect(found.map(({ rule }) => rule)).toContain('order-composite-extension')
  })

  test('4-12 Dockerfiles are applied in the order of detection, and what becomes of each is shown', async () => {
    const other = 'registry.example/base/other:1'
    const extension = (id: string, files: ProjectFiles): ProjectFiles =>
      Object.fromEntries(
        Object.entries(
          toolsFiles({ ...files, 'extension.toml': extensionToml().replace('acme/tools', `acme/${id}`) }),
        ).map(([path, file]) => [path.replace('tools/', `${id}/`), file]),
      )
    const order = ['one', 'two', 'three'].map(
      (id) => `[[order-extensions.group]]\nid = "acme/${id}"\nversion = "1.0.0"\n`,
    )
    const entries = ['one', 'two', 'three'].map((id) => `\n[[extensions]]\nuri = "${id}"\n`)
    const example = {
      failing: {
        ...extension('one', { 'bin/generate': null, 'generate/run.Dockerfile': runDockerfile('RUN true') }),
        ...extension('two', {}),
        ...extension('three', {}),
        'builder.toml': builderWithTools()
          .replace('\n[[extensions]]\nuri = "tools"\n', entries.join(''))
          .replace(/\[\[order-extensions\.group\]\]\n.*\n.*\n/, order.join('')),
        'outcomes.json': JSON.stringify({
          'acme/one': {
            generate: {
              files: { 'run.Dockerfile': runDockerfile('RUN true'), 'build.Dockerfile': buildDockerfile('RUN true') },
            },
          },
          'acme/two': { generate: { files: { 'run.Dockerfile': `FROM ${other}\n` } } },
          'acme/three': { generate: { files: { 'run.Dockerfile': runDockerfile('RUN true') } } },
        }),
      },
      fixed: {},
      at: ['builder.toml'] as const,
    }
    const { directory } = makeProject(example, 'failing')
    const shown = async (...flags: string[]) =>
      (await trowelHere(['order', '--explain', '--offline', '--no-cache', ...flags], { cwd: directory })).stdout
    expect(await shown('--outcomes', 'outcomes.json')).toContain(`
the app runs on ${other}, to which an extension switches, and which is extended
  acme/one@1.0.0    run.Dockerfile    is ignored: a later one names another run image
  acme/one@1.0.0    build.Dockerfile  is applied
  acme/two@1.0.0    run.Dockerfile    names the run image, ${other}
  acme/three@1.0.0  run.Dockerfile    is applied
  warning: the run image ${other} is not one of run.toml
`)
    const alone = await shown()
    expect(alone).toContain(
      'acme/one@1.0.0  build.Dockerfile  is not applied: nothing brings a static one to the extender',
    )
    expect(alone).toContain(
      'bin/generate of these puts out nothing, unless --outcomes says otherwise: acme/two@1.0.0, acme/three@1.0.0',
    )
  })
})
