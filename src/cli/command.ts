import type { Host } from '../operations/host.js'
import type { Output } from './output.js'

/** What a flag takes: nothing, one text (the last one given counts), or a text each time it is given. */
type FlagKind = 'switch' | 'text' | 'list'

/** A flag as data. */
export interface Flag {
  readonly name: string
  readonly short?: string
  /** Other spellings that are understood, and that the help does not show: pack has them for other commands. */
  readonly also?: readonly string[]
  readonly kind: FlagKind
  /** What stands for its value in the help. */
  readonly value?: string
  readonly help: string
  /** What holds without it, for the help: the value, or words for how it is found. */
  readonly default?: string
  /** For the help: nothing is done without it. */
  readonly isRequired?: boolean
}

/** What stands between the words of a command and its flags, as data. */
export interface Operand {
  /** In capitals, as the help shows it; the arguments hold its value under this name. */
  readonly name: string
  readonly help: string
  /** As that of a flag. */
  readonly default?: string
  readonly count: 'one' | 'optional' | 'several' | 'any'
}

/** A command as data: the parser and the help are made from it. */
export interface Command {
  /** The words that name it, such as `builder create`. */
  readonly words: readonly string[]
  /** It runs also when its last word is left out. */
  readonly isAssumed?: boolean
  /** The help does not list it: it is another name that people know from elsewhere. */
  readonly isHidden?: boolean
  readonly operands: readonly Operand[]
  readonly help: string
  readonly flags: readonly Flag[]
  /** Loads what runs it. Nothing of it is loaded before, because a command must not wait for what others need. */
  readonly load: () => Promise<Run>
}

/** Runs a command with its parsed arguments. What it returns is the exit status, unless that is 0. */
export type Run = (args: Arguments, context: Context) => Promise<number | void>

/** The arguments of a command: flags and operands by name. */
export type Arguments = Readonly<Record<string, unknown>>

/** What a command is given. */
export interface Context {
  readonly host: Host
  readonly output: Output
  readonly signal: AbortSignal
  /** Of trowel. */
  readonly version: string
}
