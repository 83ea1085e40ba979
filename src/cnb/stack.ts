/** One entry of `[[stacks]]`. The id `*` stands for any stack. */
export interface Stack {
  readonly id: string
  readonly mixins: readonly string[]
}
