import { CnbError } from '../errors.js'
import type { Command, Flag } from './command.js'
import { GLOBAL_FLAGS } from './flags.js'

/** A script that completes words and flags, and the name of the file that pack would keep it in. */
export interface CompletionScript {
  readonly file: string
  readonly text: string
}

/** A word that may follow, and the commands whose names go on with it. */
interface Next {
  readonly word: string
  readonly commands: readonly Command[]
}

/** Words of a command line, and what may follow them. */
interface Step {
  readonly words: readonly string[]
  readonly next: readonly Next[]
  readonly flags: readonly Flag[]
}

/** The script for a shell. @throws CnbError E_USAGE when the shell is not known */
export function completionScript(shell: string, commands: readonly Command[]): CompletionScript {
  const steps = stepsFrom(
    [],
    commands.filter(({ isHidden }) => isHidden !== true),
  )
  switch (shell) {
    case 'bash':
      return { file: 'completion.sh', text: bashScript(steps) }
    case 'zsh':
      return { file: 'completion.zsh', text: `autoload -U +X bashcompinit && bashcompinit\n${bashScript(steps)}` }
    case 'fish':
      return { file: 'completion.fish', text: fishScript(steps) }
    default:
      throw new CnbError('E_USAGE', `${shell} is unsupported shell`, { hint: 'there are bash, fish and zsh' })
  }
}

/** What may follow `words`, with which all of the commands begin, and then what may follow that. */
function stepsFrom(words: readonly string[], commands: readonly Command[]): Step[] {
  const depth = words.length
  const named = commands.find((command) => command.words.length === depth)
  const wordOf = (command: Command): string => command.words[depth] ?? ''
  const longer = commands.filter((command) => command !== named)
  const next = [...new Set(longer.map(wordOf))].map((word) => ({
    word,
    commands: longer.filter((command) => wordOf(command) === word),
  }))
  const step: Step = { words, next, flags: [...(named?.flags ?? []), ...GLOBAL_FLAGS] }
  return [step, ...next.flatMap(({ word, commands }) => stepsFrom([...words, word], commands))]
}

/** Where neither a word nor a flag fits, bash completes names of files. zsh understands the same script. */
function bashScript(steps: readonly Step[]): string {
  const cases = steps.map(({ words, next, flags }) => {
    const names = flags.map(({ name }) => `--${name}`)
    return `    ('${pathOf(words)}') words='${next.map(({ word }) => word).join(' ')}' flags='${names.join(' ')}' ;;`
  })
  return `_trowel() {
  local at='' i words='' flags='' current="\${COMP_WORDS[COMP_CWORD]}"
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      (${steps
        .slice(1)
        .map(({ words }) => `'${pathOf(words)}'`)
        .join('|')}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  case "$current" in (-*) words=$flags ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _trowel trowel
`
}

function fishScript(steps: readonly Step[]): string {
  const lines = steps.flatMap(({ words, next, flags }) => {
    const here = `complete -c trowel -n 'test (__trowel_at) = "${pathOf(words)}"'`
    return [
      ...next.map(({ word, commands }) => `${here} -f -a ${word} -d ${fishQuoted(aboutAll(commands))}`),
      ...flags.map(({ name, short, kind, help }) =>
        [
          here,
          `-l ${name}`,
          ...(short === undefined ? [] : [`-s ${short}`]),
          ...(kind === 'switch' ? [] : ['-r']),
          `-d ${fishQuoted(help)}`,
        ].join(' '),
      ),
    ]
  })
  return `function __trowel_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    contains -- "$at $word" ${steps
      .slice(1)
      .map(({ words }) => `'${pathOf(words)}'`)
      .join(' ')}; and set at "$at $word"
  end
  echo "$at"
end
${lines.join('\n')}
`
}

/** Words as the scripts gather them: a blank before each. */
function pathOf(words: readonly string[]): string {
  return words.map((word) => ` ${word}`).join('')
}

/** Nothing is said of several at once. */
function aboutAll([only, ...others]: readonly Command[]): string {
  return only === undefined || others.length > 0 ? '' : only.help
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}
