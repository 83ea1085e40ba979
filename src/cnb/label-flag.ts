import { CnbError } from '../errors.js'

/**
 * The labels of all `--label` flags, later ones over earlier ones. A value with one `=` is one label, and loses the quotes
 * at both of its ends; a value with more of them is a line of CSV with a label in each field. So does pack, by the flag
 * library that it uses.
 *
 * @throws CnbError E_USAGE
 * @see https://github.com/spf13/pflag/blob/v1.0.6/string_to_string.go
 */
export function parseLabelFlags(values: readonly string[]): ReadonlyMap<string, string> {
  return new Map(values.flatMap((value) => fieldsOf(value).map((field) => parseLabel(field, value))))
}

function fieldsOf(value: string): readonly string[] {
  const isOne = value.indexOf('=') === value.lastIndexOf('=')
  return isOne ? [value.replaceAll(/^"+|"+$/g, '')] : parseCsvLine(value)
}

function parseLabel(field: string, value: string): [key: string, value: string] {
  const at = field.indexOf('=')
  if (at === -1) throw wrongLabel(value, field === '' ? 'there is no label' : `'${field}' has no value`)
  return [field.slice(0, at), field.slice(at + 1)]
}

/** A field that is not quoted, or one in quotes where `""` stands for a quote; then the comma or the end. */
const FIELD = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|$)/y

/** @see https://www.rfc-editor.org/rfc/rfc4180 */
function parseCsvLine(line: string): string[] {
  const fields: string[] = []
  for (let at = 0, more = true; more;) {
    FIELD.lastIndex = at
    const match = FIELD.exec(line)
    if (match === null) throw wrongLabel(line, 'a quote or a line end where none can be')
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    at += match[0].length
    more = match[3] === ','
  }
  return fields
}

function wrongLabel(value: string, problem: string): CnbError {
  return new CnbError('E_USAGE', `--label ${value}: ${problem}`, { value, hint: 'write KEY=VALUE' })
}
