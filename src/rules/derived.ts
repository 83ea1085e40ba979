/**
 * `compute`, worked out once for each input, and kept no longer than that. Rules are independent of each other, but several look at
 * the same thing, such as the plan; so do the targets of a run.
 */
export function derived<Input extends object, Value>(compute: (input: Input) => Value): (input: Input) => Value {
  const known = new WeakMap<Input, { readonly value: Value }>()
  return (input) => {
    const found = known.get(input) ?? { value: compute(input) }
    known.set(input, found)
    return found.value
  }
}
