import { CnbError } from '../errors.js'
import type { ModuleId } from './module.js'

/** The modules of one group, as `flag` names them: `id@version`, with commas and perhaps blanks between. @throws CnbError E_USAGE */
export function parseFlatten(text: string, flag: '--flatten' | '--flatten-exclude'): ModuleId[] {
  return text.split(',').map((name) => {
    const [id = '', version = '', ...rest] = name.split('@').map((part) => part.trim())
    if (id === '' || version === '' || rest.length > 0) {
      throw new CnbError('E_USAGE', `${flag} ${text}: '${name}' is no module`, {
        value: text,
        hint: 'write id@version, such as acme/java@1.2.3',
      })
    }
    return { id, version }
  })
}
