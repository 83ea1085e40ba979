import { CnbError } from '../errors.js'

/** Who made a builder or a package, as its label says. */
export interface CreatedBy {
  readonly name: string
  readonly version: string
}

/** Who made it, as `--created-by` names them: `NAME@VERSION`, parted at the last `@`. @throws CnbError E_USAGE */
export function parseCreatedBy(text: string): CreatedBy {
  const at = text.lastIndexOf('@')
  const [name, version] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
  if (name === '' || version === '') {
    throw new CnbError('E_USAGE', `--created-by ${text}: a name and a version are needed`, {
      value: text,
      hint: 'write NAME@VERSION, such as acme-pipeline@4',
    })
  }
  return { name, version }
}
