import { describe, expect, test } from 'vitest'
import { outputsOf, parseName } from '#src/operations/outputs.js'

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

test.each(['', 'out', 'oci:', 'oci:a\0b', './out'])('%j is no place to write to', (text) => {
  expect(() => outputsOf({ names, to: [text], publish: false }, '/somewhere')).toThrow(
    expect.objectContaining({ code: 'E_USAGE', value: text }) as Error,
  )
})
