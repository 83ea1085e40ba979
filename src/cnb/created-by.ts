import { CnbError } from '../errors.js'

/** Who made a builder, as `--created-by` names it: `NAME@VERSION`, parted at the last `@`. @throws CnbError E_USAGE */
export function parseCreatedBy(text: string): { readonly name: string; readonly version: string } {
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
