import fc from 'fast-check'
import type { Schema } from '#src/cnb/schema.js'

/** Values of each kind. */
const OTHER_VALUES: readonly { readonly kind: Schema['kind']; readonly value: unknown }[] = [
  { kind: 'string', value: 'text' },
  { kind: 'boolean', value: true },
  { kind: 'list', value: [[1]] },
  { kind: 'table', value: { 'no-key-of-ours': 1 } },
  { kind: 'any', value: 7 },
]

/** Values that mostly fit `schema`. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  const wrong = fc.constantFrom(...OTHER_VALUES.filter(({ kind }) => kind !== schema.kind).map(({ value }) => value))
  return fc.oneof({ weight: 30, arbitrary: fittingValue(schema) }, { weight: 1, arbitrary: wrong })
}

/** Values that fit `schema`, with things here and there below that do not. */
export function fittingValue(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.kind) {
    case 'string':
      return schema.oneOf === undefined ? fc.string() : fc.constantFrom(...schema.oneOf)
    case 'boolean':
      return fc.boolean()
    case 'scalar':
      return fc.constantFrom('0.10', '1', 'v0.9')
    case 'list':
      return fc.array(valueOf(schema.of), { maxLength: 2 })
    case 'map':
      return fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 })
    case 'any':
      return fc.constantFrom<unknown>(1, 'x', [true, 'x'], { any: { thing: 1 } })
    case 'table': {
      const keys = Object.entries(schema.keys).map(([name, key]) => [name, valueOf(key.schema)])
      const retired = [...(schema.retired?.keys() ?? [])]
      const extra = fc.option(fc.constantFrom('no-key-of-ours', ...retired), { freq: 30, nil: undefined })
      const known = fc.record(Object.fromEntries(keys), { requiredKeys: [] })
      return fc
        .tuple(known, extra)
        .map(([table, name]) => (name === undefined ? table : { ...table, [name]: 'whatever' }))
    }
  }
}
