/** Characters of what a file or a label brings into a reason: there are as many reasons as there are different ones. */
const MAX_LENGTH = 300

/** The beginning of a text that somebody else may have made long. */
export function shortened(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`
}
