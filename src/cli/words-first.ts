import type { Command, Flag } from './command.js'

/**
 * The command line with the words that name its command before its flags, where they stand behind some: `--json buildpack package x`
 * as `buildpack package --json x`. The same line when no command is named so.
 */
export function wordsFirst(
  argv: readonly string[],
  commands: readonly Command[],
  { flags, aliases }: { readonly flags: readonly Flag[]; readonly aliases: Readonly<Record<string, string>> },
): readonly string[] {
  for (const at of argv.keys()) {
    if (argv[at] === '--') break
    const rest = argv.slice(at).map((word) => aliases[word] ?? word)
    const found = commands
      .filter((command) => namesOf(command).some((words) => words.every((word, i) => word === rest[i])))
      .find((command) => areFlags(argv.slice(0, at), [...command.flags, ...flags]))
    if (found === undefined) continue
    const length = found.words.filter((word, i) => word === rest[i]).length
    return [...argv.slice(at, at + length), ...argv.slice(0, at), ...argv.slice(at + length)]
  }
  return argv
}

/** What a command is called: its words, and fewer where the last one goes without saying. */
function namesOf({ words, isAssumed }: Command): readonly (readonly string[])[] {
  return isAssumed === true && words.length > 1 ? [words, words.slice(0, -1)] : [words]
}

/** Whether words are flags with their values, and nothing else. */
function areFlags(given: readonly string[], flags: readonly Flag[]): boolean {
  for (let i = 0; i < given.length; i++) {
    const [, name = '', value] = /^--?([^=]+)(=.*)?$/s.exec(given[i] ?? '') ?? []
    const flag = flags.find((flag) => [flag.name, flag.short, ...(flag.also ?? [])].includes(name))
    if (flag === undefined) return false
    if (flag.kind !== 'switch' && value === undefined) i++
  }
  return true
}
