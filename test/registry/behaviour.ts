/** One behaviour of registries out of the catalogue of bad input, and what must come of it. */
export interface Behaviour {
  readonly id: `R-${number}`
  readonly about: string
  run(): Promise<void>
}
