import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMANDS } from '#src/cli/commands.js'
import { completionScript } from '#src/cli/completion.js'
import { GLOBAL_FLAGS } from '#src/cli/flags.js'
import { temporaryDirectory } from '../support/directories.js'
import { peer } from './peer.js'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** Prints what a shell completes: the first argument is our script, the others are words of a command line, the last one not whole. */
const DRIVERS: Readonly<Record<(typeof SHELLS)[number], readonly string[]>> = {
  bash: ['-c', 'source "$0"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _trowel; printf "%s\\n" "${COMPREPLY[@]}"'],
  // In place of what shows the words, and takes those that do not fit.
  zsh: [
    '-fc',
    `compadd() { [[ $1 = - ]] && shift && print -rl -- \${(M)@:#$words[CURRENT]*} }
     autoload -U compinit && compinit -D
     source "$0"
     words=("$@") CURRENT=$#
     _bash_complete -o bashdefault -F _trowel`,
  ],
  fish: [
    '--no-config',
    '-c',
    String.raw`source $argv[1]; complete -C (string join ' ' -- $argv[2..-1]) | string replace -r '\t.*' ''`,
  ],
}

const SHOWN = COMMANDS.filter(({ isHidden }) => isHidden !== true)
const GROUPS = [...new Set(SHOWN.flatMap(({ words }) => words.map((_, i) => words.slice(0, i).join(' '))))]

test.for(SHELLS)('%s completes the words of commands and the flags of each', (shell, context) => {
  const program = peer(context, shell)
  const script = join(temporaryDirectory(), shell)
  writeFileSync(script, completionScript(shell, COMMANDS).text)
  const completed = (...words: string[]): string[] =>
    [...new Set(program.run([...DRIVERS[shell], script, 'trowel', ...words]).split('\n'))].filter(Boolean).toSorted()

  for (const group of GROUPS) {
    const words = group.split(' ').filter(Boolean)
    const next = SHOWN.filter(({ words: all }) => words.every((word, i) => word === all[i])).map(
      ({ words: all }) => all[words.length] ?? '',
    )
    expect(completed(...words, ''), group).toEqual([...new Set(next)].toSorted())
  }
  for (const { words, flags } of SHOWN.filter((_, i) => i % 4 === 0)) {
    const names = [...flags, ...GLOBAL_FLAGS].map(({ name }) => `--${name}`)
    expect(completed(...words, '--'), words.join(' ')).toEqual([...new Set(names)].toSorted())
  }
  expect(completed('buildpack', 'package', 'x.cnb', '--path', 'builder', '--form')).toEqual(['--format'])
})
