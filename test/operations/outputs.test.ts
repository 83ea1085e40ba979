import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkPackageFiles, checkPlatforms, outputsOf, parseName as parse } from '#src/operations/outputs.js'
import type { Reference } from '#src/oci/reference.js'
import { temporaryDirectory } from '../support/directories.js'

const parseName = (text: string): Reference => parse(text, 'a/b')

const names = ['registry.example/acme/builder:1', 'other.example/acme/builder:latest'].map(parseName)

function textsOf(to: readonly string[], publish = false): Record<string, readonly string[]> {
  const outputs = outputsOf({ names, to, publish }, '/somewhere')
  return Object.fromEntries(outputs.map(({ place, texts }) => [place.kind, texts]))
}

describe('the places of a run', () => {
  test('are the docker engine when nothing is asked for', () => {
    expect(textsOf([])).toEqual({
      engine: ['docker:registry.example/acme/builder:1', 'docker:other.example/acme/builder:latest'],
    })
  })

  test('are the registries of all names with --publish, and nothing else', () => {
    expect(textsOf([], true)).toEqual({
      registry: ['registry.example/acme/builder:1', 'other.example/acme/builder:latest'],
    })
  })

  test('are all that --to says; the engine knows the image by its names unless it is given another', () => {
    expect(textsOf(['oci:out:1', 'docker', 'third.example/x/y:2', 'oci-archive:out.tar'], true)).toEqual({
      layout: ['oci:out:1'],
      archive: ['oci-archive:out.tar'],
      engine: ['docker:registry.example/acme/builder:1', 'docker:other.example/acme/builder:latest'],
      registry: ['registry.example/acme/builder:1', 'other.example/acme/builder:latest', 'third.example/x/y:2'],
    })
    expect(textsOf(['docker:x/y:3'])).toEqual({ engine: ['docker:docker.io/x/y:3'] })
  })

  test('have paths that are relative to where the user stands', () => {
    const [output] = outputsOf({ names, to: ['oci:out:1'], publish: false }, '/somewhere')
    expect(output?.place).toMatchObject({ directory: '/somewhere/out', tag: '1' })
  })
})

describe('a place that is named twice', () => {
  test.each([
    [['oci-archive:x.tar', 'docker-archive:./x.tar']],
    [['oci:out:1', 'docker', 'oci:/somewhere/out:1']],
    [['oci:out', 'oci:out']],
  ])('%j is refused', (to) => {
    expect(() => outputsOf({ names, to, publish: false }, '/somewhere')).toThrow(
      expect.objectContaining({ code: 'E_USAGE', message: expect.stringContaining('named twice') }) as Error,
    )
  })

  test('is seen through links on the way to it, whether or not it is there', () => {
    const cwd = temporaryDirectory()
    mkdirSync(join(cwd, 'a'))
    symlinkSync('a', join(cwd, 'link-to-a'))
    for (const [one, other] of [
      ['oci:a/x', 'oci:link-to-a/x'],
      ['oci:a/x/y', 'oci:link-to-a/x/y'],
      ['oci-archive:a/x/y.tar', 'oci-archive:link-to-a/x/y.tar'],
    ] as const) {
      expect(() => outputsOf({ names, to: [one, other], publish: false }, cwd)).toThrow(/named twice/)
    }
    expect(outputsOf({ names, to: ['oci:a/x', 'oci:link-to-a/y'], publish: false }, cwd)).toHaveLength(2)
  })

  test('is none when another tag of it is meant', () => {
    expect(outputsOf({ names, to: ['oci:out:1', 'oci:out:2', 'oci:out'], publish: false }, '/somewhere')).toHaveLength(
      3,
    )
  })

  test('is written once when it is a reference', () => {
    const twice = ['x/y', 'docker.io/x/y:latest'].map(parseName)
    const to = ['docker', 'docker:x/y', 'docker://x/y', 'docker-archive:x.tar']
    const places = outputsOf({ names: twice, to, publish: true }, '/somewhere').map(({ place }) => place)
    expect(places).toMatchObject([
      { kind: 'archive', names: [parseName('x/y')] },
      { kind: 'engine', references: [parseName('x/y')] },
      { kind: 'registry', references: [parseName('x/y')] },
    ])
  })
})

describe('images for several platforms', () => {
  test.each(['docker:x/y', 'docker-archive:x.tar'])('do not fit into %s', (text) => {
    const outputs = outputsOf({ names, to: ['oci:out', text], publish: false }, '/somewhere')
    expect(() => checkPlatforms(outputs, 1)).not.toThrow()
    expect(() => checkPlatforms(outputs, 2)).toThrow(
      expect.objectContaining({ code: 'E_USAGE', hint: expect.stringContaining('--target') }) as Error,
    )
  })

  test.each(['oci:out', 'oci-archive:x.tar', 'registry.example/x/y'])('fit into %s', (text) => {
    expect(() => checkPlatforms(outputsOf({ names, to: [text], publish: false }, '/somewhere'), 2)).not.toThrow()
  })
})

describe('a place that is called like a package', () => {
  const outputs = outputsOf({ names, to: ['x/java.cnb', 'oci-archive:y.cnb'], publish: false }, '/somewhere')

  test('is a file, and no names are in it', () => {
    expect(outputs.map(({ place }) => place)).toEqual([
      { kind: 'archive', file: '/somewhere/x/java.cnb', format: 'oci', names: [] },
      { kind: 'archive', file: '/somewhere/y.cnb', format: 'oci', names },
    ])
  })

  test('takes nothing else', () => {
    expect(() => checkPackageFiles(outputs, true)).not.toThrow()
    expect(() => checkPackageFiles(outputs, false)).toThrow(
      expect.objectContaining({ code: 'E_USAGE', value: 'x/java.cnb' }) as Error,
    )
    expect(() => checkPackageFiles(outputs.slice(1), false)).not.toThrow()
  })
})

test.each(['', 'out', 'oci:', 'oci:a\0b', './out', 'out/x.tar', 'a\0.cnb'])('%j is no place to write to', (text) => {
  expect(() => outputsOf({ names, to: [text], publish: false }, '/somewhere')).toThrow(
    expect.objectContaining({ code: 'E_USAGE', value: text }) as Error,
  )
})
