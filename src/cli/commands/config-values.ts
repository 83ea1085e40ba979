import { CnbError } from '../../errors.js'
import { setDefaultBuilder, setExperimental, setLifecycleImage, setPullPolicy } from '../../operations/edit-settings.js'
import type { Settings } from '../../operations/settings-file.js'
import { homeDirectory } from '../../operations/settings.js'
import { writeSettings } from '../../operations/write-settings.js'
import { single, unsets } from '../arguments.js'
import type { Arguments, Context, Run } from '../command.js'
import { openSettings } from '../open-settings.js'
import { printable } from '../render/text.js'

/** A setting that is one text, and what is said of it in pack's words. */
interface Value {
  readonly operand: string
  readonly get: (settings: Settings) => string | undefined
  /** @throws CnbError E_USAGE */
  readonly set: (settings: Settings, text: string | undefined) => Settings
  readonly shown: (text: string | undefined) => string
  readonly wasSet: (text: string, before: string | undefined) => string
  readonly wasUnset: (before: string | undefined) => string
}

/** Runs `trowel config default-builder`. */
export const defaultBuilder = commandOf({
  operand: 'NAME',
  get: (settings) => settings.defaultBuilder,
  set: setDefaultBuilder,
  shown: (name) => (name === undefined ? 'No default builder is set' : `The current default builder is '${name}'`),
  wasSet: (name) => `Builder '${name}' is now the default builder`,
  wasUnset: (before) =>
    before === undefined ? 'No default builder was set' : `Successfully unset default builder '${before}'`,
})

/** Runs `trowel config pull-policy`. */
export const pullPolicy = commandOf({
  operand: 'POLICY',
  get: (settings) => settings.pullPolicy,
  set: setPullPolicy,
  shown: (policy = 'always') => `The current pull policy is '${policy}'`,
  wasSet: (policy, before) =>
    policy === before ? `Pull policy is already set to '${policy}'` : `Successfully set '${policy}' as the pull policy`,
  wasUnset: (before = 'always') => `Successfully unset pull policy '${before}'\nPull policy has been set to 'always'`,
})

/** Runs `trowel config lifecycle-image`. */
export const lifecycleImage = commandOf({
  operand: 'IMAGE',
  get: (settings) => settings.lifecycleImage,
  set: setLifecycleImage,
  shown: (image) => (image === undefined ? 'No lifecycle image is set' : `The current lifecycle image is '${image}'`),
  wasSet: (image) => `Image '${image}' will now be used as the lifecycle image`,
  wasUnset: (before) =>
    before === undefined
      ? 'No custom lifecycle image was set'
      : `Successfully unset custom lifecycle image '${before}'`,
})

function commandOf({ operand, get, set, shown, wasSet, wasUnset }: Value): Run {
  return async (args: Arguments, context: Context): Promise<void> => {
    const { host, output } = context
    const text = single(args, operand)
    const unset = unsets(args, operand)
    const stored = openSettings(context)
    const { settings } = stored
    const before = get(settings)
    if (!unset && text === undefined) {
      output.result(printLines(shown(before)))
      return
    }
    const changed = set(settings, text)
    if (get(changed) !== before) await writeSettings(host, stored, changed)
    output.info(printLines(text === undefined ? wasUnset(before) : wasSet(get(changed) ?? text, before)))
  }
}

function printLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** What Go's strconv.ParseBool reads. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
])

/** Runs `trowel config experimental`. */
export async function experimental(args: Arguments, context: Context): Promise<void> {
  const { host, output } = context
  const text = single(args, 'BOOLEAN')
  const stored = openSettings(context)
  const { settings } = stored
  if (text === undefined) {
    output.result(`Experimental features are ${settings.experimental ? 'enabled' : 'disabled'}`)
    return
  }
  const isOn = BOOLEANS.get(text)
  if (isOn === undefined) {
    throw new CnbError('E_USAGE', `invalid value '${text}' provided`, { value: text, hint: 'write true or false' })
  }
  await writeSettings(host, stored, setExperimental(settings, isOn, homeDirectory(host)))
  output.info(isOn ? 'Experimental features enabled!' : 'Experimental features disabled')
}
