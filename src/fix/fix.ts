import type { DescriptorKind } from '../cnb/descriptor-files.js'
import type { Place } from '../errors.js'
import type { TomlDocument } from '../toml/document.js'
import type { TextEdit } from '../toml/edit.js'
import type { TomlLayout } from '../toml/layout.js'

/** A change of a file that is certain: whoever wrote it can only have meant this. */
export interface Fix {
  /** Id of the rule whose finding it mends. */
  readonly rule: string
  /** What it does: lower case, no full stop. */
  readonly about: string
  /** Where what it mends stands before it is made. */
  readonly place: Place
  readonly edits: readonly TextEdit[]
}

/** What is known beside the file, where it was found out. */
export interface FixFacts {
  /** The versions of each module that a builder.toml brings along, by id. */
  readonly versions: ReadonlyMap<string, readonly string[]>
}

/** What a fixer looks at. */
export interface FixContext {
  readonly document: TomlDocument
  readonly layout: TomlLayout
  readonly kind: DescriptorKind
  readonly facts: FixFacts
}

/** What finds one kind of fixes. */
export interface Fixer {
  /** Ids of the rules whose findings it mends. */
  readonly rules: readonly string[]
  readonly kinds: readonly DescriptorKind[]
  /** Whether the file means the same to pack when it is fixed, so that this can be looked at. */
  readonly keepsMeaning: boolean
  fixes(context: FixContext): readonly Fix[]
}
