/** Why a Dockerfile cannot be read; thrown by the parts of the reader, and caught where the line is known. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** The most characters of the file that a message repeats. */
const MOST_QUOTED = 60

/** `text` for a message: in quotes, and not all of it when it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text)
}
