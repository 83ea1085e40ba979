/** Puts text into a colour, or leaves it alone. */
export type Style = (text: string) => string

/** Colours by meaning. The plain set changes nothing. */
export interface Palette {
  readonly error: Style
  readonly warning: Style
  readonly info: Style
  readonly strong: Style
  readonly faint: Style
}

const sgr =
  (code: string): Style =>
  (text) =>
    `\u001b[${code}m${text}\u001b[0m`

const plain: Style = (text) => text

/** For files, pipes and NO_COLOR. */
export const PLAIN: Palette = { error: plain, warning: plain, info: plain, strong: plain, faint: plain }

/** For terminals. */
export const COLOUR: Palette = {
  error: sgr('1;31'),
  warning: sgr('1;33'),
  info: sgr('36'),
  strong: sgr('1'),
  faint: sgr('2'),
}
