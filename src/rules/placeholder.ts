/** What tools that fill in templates look for: `{{ .Version }}`, `${VERSION}`. */
const PLACEHOLDER = /\{\{.*?\}\}|\$\{[^}]*\}/su

/** True for text that somebody is still to fill in. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text)
}

/** What there is to say of rules about templates. */
export const PLACEHOLDER_LEFT = {
  id: 'toml-placeholder-left',
  summary: 'a value is the placeholder of a template, which is refused in what is to be made',
  reference: 'pack 0.40.6 takes the braces for the value',
} as const
