import { resolve } from 'node:path'
import { type ModuleId, type ModuleKind, moduleName } from '../cnb/module.js'
import type { ExtensionOutput } from '../detect/extension-output.js'
import type { DetectModule, DetectOutcome } from '../detect/module.js'
import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { nearest } from '../nearest.js'
import { Fields } from '../oci/fields.js'
import { parseJson } from '../oci/json.js'
import { readNamedFile } from '../read-file.js'
import type { Host } from './host.js'

/** What is given of a module. */
interface GivenOutcome extends DetectOutcome {
  /** What its `bin/generate` would put out; undefined when nothing was said. */
  readonly generate?: ExtensionOutput | undefined
}

/** How detection is told what `bin/detect` of modules would do. Texts are as a user writes them. */
export interface OutcomeOptions {
  /** `ID[@VERSION]`: these pass. */
  readonly pass: readonly string[]
  /** `ID[@VERSION]`: these fail, with status 100. */
  readonly fail: readonly string[]
  /** A JSON file with status, build plan and what extensions generate by `ID@VERSION`; undefined for none. */
  readonly outcomes: string | undefined
  readonly limits: Limits
}

const PASS: DetectOutcome = { exit: 0, plan: '' }
/** The status of a module that is not for the application. */
const FAIL: DetectOutcome = { exit: 100, plan: '' }

/** A module, or what an order names. */
type NamedModule = ModuleId & { readonly kind: ModuleKind }

/** What modules end with, as far as it is given. */
export class Outcomes {
  readonly #given: ReadonlyMap<string, GivenOutcome>

  constructor(given: ReadonlyMap<string, GivenOutcome>) {
    this.#given = given
  }

  /** What a module was said to end with; undefined when nothing was said. The name with most in it counts. */
  given(module: NamedModule): GivenOutcome | undefined {
    for (const key of keysOf(module)) {
      const outcome = this.#given.get(key)
      if (outcome !== undefined) return outcome
    }
    return undefined
  }

  /** Names of which something is given, but that none of `modules` has. */
  strangers(modules: readonly NamedModule[]): readonly string[] {
    const known = new Set(modules.flatMap(keysOf))
    return [...this.#given.keys()].filter((key) => !known.has(key))
  }

  /** As `given`, and else a pass with an empty build plan. */
  readonly of = (module: NamedModule): DetectOutcome => this.given(module) ?? PASS

  /** A module with its outcome given has a `bin/detect`, whatever was found of it. */
  readonly applied = (module: DetectModule): DetectModule =>
    module.state === 'read' && module.files.detect === 'absent' && this.given(module) !== undefined
      ? { ...module, files: { ...module.files, detect: 'runs' } }
      : module
}

/** How something is given of a module; the name with most in it first. */
function keysOf(module: NamedModule): readonly string[] {
  const { kind, id } = module
  const name = moduleName(module)
  return [`${kind} ${name}`, name, `${kind} ${id}`, id]
}

/**
 * A note for each name of the file that no module has: a file may be kept for several builders. A flag is for this one.
 *
 * @throws CnbError E_USAGE for a flag with such a name
 */
export function noteStrangers(
  outcomes: Outcomes,
  modules: readonly NamedModule[],
  { pass, fail, outcomes: file = '' }: OutcomeOptions,
): readonly string[] {
  return outcomes.strangers(modules).map((name) => {
    if (!pass.includes(name) && !fail.includes(name)) return `${file} has ${name}, which is not in this builder`
    const flag = pass.includes(name) ? '--pass' : '--fail'
    const meant = nearest(name, new Set(modules.flatMap((module) => [module.id, moduleName(module)])))
    throw new CnbError('E_USAGE', `${flag} ${name}: there is no such module, nor does an order name it`, {
      value: name,
      hint: meant === undefined ? 'trowel order shows those that there are' : `did you mean ${meant}?`,
    })
  })
}

/** Reads the file, and then the flags, which win. @throws CnbError E_USAGE, E_INPUT and others for a file that is not as it should be */
export function readOutcomes(options: OutcomeOptions, host: Host): Outcomes {
  const { pass, fail, outcomes } = options
  const both = pass.find((name) => fail.includes(name))
  if (both !== undefined) {
    throw new CnbError('E_USAGE', `${both} cannot both pass and fail`, {
      value: both,
      hint: 'leave out one of the two',
    })
  }
  const given = new Map(outcomes === undefined ? [] : readFile(outcomes, options, host))
  for (const name of pass) given.set(name, { ...PASS, ...given.get(name), exit: PASS.exit })
  for (const name of fail) given.set(name, FAIL)
  return new Outcomes(given)
}

function readFile(file: string, { limits }: OutcomeOptions, { cwd }: Host): (readonly [string, GivenOutcome])[] {
  const bytes = readNamedFile(resolve(cwd, file), { shown: file, limit: limits.jsonBytes, flag: 'jsonBytes' })
  const fields = Fields.of(parseJson(bytes, { file, limits }), { file, code: 'E_INPUT' })
  return fields.keys().map((name) => {
    const outcome = fields.object(name)
    // A status that is null is that of a program which a signal ended.
    const exit = outcome.has('exit') ? outcome.optionalInteger('exit') : PASS.exit
    const generate = outputOf(outcome.optionalObject('generate'))
    return [name, { exit, plan: outcome.optionalString('plan') ?? '', generate }]
  })
}

/** `{"exit": 0, "files": {"run.Dockerfile": "…"}}` */
function outputOf(fields: Fields | undefined): ExtensionOutput | undefined {
  if (fields === undefined) return undefined
  const files = fields.optionalObject('files')
  return {
    kind: 'script',
    exit: fields.optionalInteger('exit') ?? 0,
    files: new Map(files?.keys().map((path) => [path, files.string(path)])),
  }
}
