/**
 * `compute`, worked out once for each input. Rules are independent of each other, but several look at the same thing, such as
 * the plan; what they share is derived here, and nowhere kept longer than its input.
 */
export function derived<Input extends object, Value>(compute: (input: Input) => Value): (input: Input) => Value {
  const known = new WeakMap<Input, { readonly value: Value }>()
  return (input) => {
    const found = known.get(input) ?? { value: compute(input) }
    known.set(input, found)
    return found.value
  }
}
