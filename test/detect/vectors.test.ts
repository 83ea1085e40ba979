import { describe, expect, test } from 'vitest'
import { detectVector, expectedOf, readVectors, resultOf } from './vectors.js'

describe('detection ends as that of the real lifecycle', () => {
  test.each(readVectors().map((vector) => ({ ...vector, vector })))('$id: $about', ({ vector }) => {
    expect(resultOf(detectVector(vector), vector.result)).toEqual(expectedOf(vector.result))
  })
})
