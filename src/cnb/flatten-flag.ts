import { CnbError } from '../errors.js'
import type { ModuleId } from './module.js'

const MODULE = /^\s*([^@\s]+)\s*@\s*([^@\s]+)\s*$/

/** The modules of one group, as `flag` names them: `id@version`, with commas and perhaps blanks between. @throws CnbError E_USAGE */
export function parseFlatten(text: string, flag: '--flatten' | '--flatten-exclude'): ModuleId[] {
  const names = text.split(',')
  const wrong = names.filter((name) => !MODULE.test(name)).map((name) => `'${name}'`)
  if (wrong.length > 0) {
    const are = wrong.length === 1 ? 'is no module' : 'are no modules'
    throw new CnbError('E_USAGE', `${flag} ${text}: ${wrong.join(', ')} ${are}`, {
      value: text,
      hint: 'write id@version, such as acme/java@1.2.3',
    })
  }
  return names.map((name) => {
    const [, id = '', version = ''] = MODULE.exec(name) ?? []
    return { id, version }
  })
}
