import type { DockerfileKind } from '../dockerfile/extension-dockerfile.js'

/** A Dockerfile that a script holds. */
export interface WrittenDockerfile {
  readonly image: DockerfileKind
  readonly text: string
  /** Lines of the script before it. */
  readonly skipped: number
}

/** `cat > "$CNB_OUTPUT_DIR/run.Dockerfile" <<EOF`, with or without quotes and braces, and however the folder is called. */
const WRITES = /^cat\s*>>?\s*"?\$\{?\w+\}?"?\/(build|run)\.Dockerfile"?\s*<<(['"]?)(\w+)\2\s*$/

/** A shell script. */
const SHEBANG = /^#!.*\b(?:ba|da|z|k)?sh\b/

/** Anything by which a line may be run another number of times than once. */
const BRANCHES = /\b(?:if|case|for|while|until|select|function|exit|return|exec|eval)\b|&&|\|\||\(\)|^\s*[{}]/

/** What may change the Dockerfile afterwards, or be there before it; what it does to a build context is no matter. */
const MOVES = /\b(?:cp|install|ln|mv|rm|rsync|sed|tar|tee|unzip)\b/

/** What a shell puts in place of in a heredoc whose name is not quoted: a variable or a command. */
const EXPANSION = /(?:^|[^\\])(?:\\\\)*[$`]/

/** A line of such a heredoc that the shell joins with the next one. */
const JOINED = /(?:^|[^\\])(?:\\\\)*\\$/

/**
 * The Dockerfiles that a shell script is sure to write, and with which words: with one `cat` each, that nothing decides over,
 * and without a variable. Whatever is less certain is not told: what such a script writes only running it can tell.
 */
export function dockerfilesInScript(script: string): readonly WrittenDockerfile[] {
  if (!SHEBANG.test(script)) return []
  const { written, rest } = takeHeredocs(script.replaceAll('\r\n', '\n').split('\n'))
  if (rest.some((line) => BRANCHES.test(line) || (MOVES.test(line) && !line.includes('context')))) return []
  const sure = written.filter(({ text }) => text !== undefined)
  return sure.flatMap(({ image, text = '', skipped }) => {
    const isOnlyOne = written.filter((other) => other.image === image).length === 1
    const isNamedElsewhere = rest.some((line) => line.includes(`${image}.Dockerfile`))
    return isOnlyOne && !isNamedElsewhere ? [{ image, text, skipped }] : []
  })
}

/** A heredoc that becomes a Dockerfile; `text` is undefined when a shell has a part in it. */
type Heredoc = Omit<WrittenDockerfile, 'text'> & { readonly text: string | undefined }

/** The heredocs that become Dockerfiles, and the lines around them, without comments. */
function takeHeredocs(lines: readonly string[]): { written: readonly Heredoc[]; rest: readonly string[] } {
  const written: Heredoc[] = []
  const rest: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const [, image, quote, name] = WRITES.exec(line) ?? []
    const end = name === undefined ? -1 : lines.indexOf(name, at + 1)
    if (end < 0) {
      if (!line.trimStart().startsWith('#')) rest.push(line)
      continue
    }
    const text = lines
      .slice(at + 1, end)
      .map((one) => `${one}\n`)
      .join('')
    written.push({
      image: image === 'run' ? 'run' : 'build',
      text: quote === '' ? unescaped(text) : text,
      skipped: at + 1,
    })
    at = end
  }
  return { written, rest }
}

/** What a shell makes of a heredoc; undefined when it puts something in. */
function unescaped(text: string): string | undefined {
  if (text.split('\n').some((line) => EXPANSION.test(line) || JOINED.test(line))) return undefined
  return text.replace(/\\([\\$`])/g, '$1')
}
