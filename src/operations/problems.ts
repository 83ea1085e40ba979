import { CnbError, sortedDiagnostics, type Diagnostic, type Place, type Report, type Severity } from '../errors.js'
import { SecretSet } from '../secrets.js'
import type { Surroundings } from './surroundings.js'
import { errorWithoutSecrets, reportWithoutSecrets, thrownWithoutSecrets, withoutSecrets } from './without-secrets.js'

/**
 * Gathers all that is wrong with the input, so that one run shows everything; then ends the run, or does not. What it gives
 * back is fit to be printed: whoever reports need not think of the secrets in a locator.
 */
export class Problems {
  /** The secrets that the run has come to know. */
  readonly secrets = new SecretSet()
  // By all that they say: every platform meets the same files, and says the same of them.
  readonly #found = new Map<string, Diagnostic>()
  readonly #thrown = new Map<string, CnbError>()

  /** Takes a problem of the files. */
  readonly report: Report = (diagnostic) => {
    this.#found.set(JSON.stringify(diagnostic), withoutSecrets(diagnostic))
  }

  /** Whether the value at a place has a wrong type, so that whatever else is said of it says the same again. */
  isWrongType({ file, line }: Place): boolean {
    return [...this.#found.values()].some(
      ({ rule, place }) => rule === 'toml-wrong-type' && place.file === file && place.line === line,
    )
  }

  /** Takes another severity for each problem of the files. */
  judgeAgain(severityOf: (found: Diagnostic) => Severity): void {
    for (const [key, found] of this.#found) this.#found.set(key, { ...found, severity: severityOf(found) })
  }

  /** What `act` returns, or undefined when the input is refused there: the rest is still looked at. */
  readonly attempt = async <T>(act: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof CnbError)) throw error
      this.#thrown.set(`${error.code} ${error.message}`, errorWithoutSecrets(error))
      return undefined
    }
  }

  /** Everything that does not keep us from going on, in the order of the files. */
  get warnings(): readonly Diagnostic[] {
    return sortedDiagnostics([...this.#found.values()].map((found) => withoutSecrets(found, this.secrets)))
  }

  /** What could not be read, each once. */
  get thrown(): readonly CnbError[] {
    return [...this.#thrown.values()]
  }

  /**
   * What `work` returns. What it reports, and what it throws, has none of the secrets in it that are known by then: the last look
   * at what a run says.
   */
  async guard<T>(surroundings: Surroundings, work: (surroundings: Surroundings) => Promise<T>): Promise<T> {
    const report = reportWithoutSecrets(surroundings.report, this.secrets)
    try {
      return await work({ ...surroundings, report })
    } catch (error) {
      const isStopped = surroundings.signal?.aborted === true
      throw withWarnings(thrownWithoutSecrets(error, this.secrets), this.warnings, isStopped)
    }
  }

  /**
   * Goes on only when nothing is wrong.
   *
   * @throws CnbError the one error there is, or one that holds all of them; its status is that of the first refusal, unless
   * that is a lack of the network and the files are wrong: a network would not help. `what` is what they are about
   */
  check(what = 'the input'): void {
    const thrown = [...this.#thrown.values()]
    const [first] = thrown
    const errors = [...this.#found.values()].filter(({ severity }) => severity === 'error')
    if (first === undefined && errors.length === 0) return
    if (first !== undefined && thrown.length === 1 && errors.length === 0) throw first
    const isConfig = first === undefined || (first.kind === 'network' && errors.length > 0)
    throw new CnbError(isConfig ? 'E_INPUT' : first.code, `${what} was refused`, {
      diagnostics: [...thrown.flatMap(diagnosticsOf), ...this.#found.values()],
    })
  }
}

/** What is said of a name that could not be put back. */
const TAG_RULE = 'registry-tag'

/**
 * The failure with what was warned about before it: some of that may be the reason. A run that was stopped says nothing but
 * that, unless names stand for something else now.
 */
function withWarnings(thrown: unknown, warnings: readonly Diagnostic[], isStopped: boolean): unknown {
  if (thrown instanceof CnbError && !isStopped) {
    if (thrown.diagnostics.length > 0 || warnings.length === 0) return thrown
    return thrown.with({ diagnostics: warnings })
  }
  const left = warnings.filter(({ rule }) => rule === TAG_RULE)
  if (left.length === 0) return thrown
  return new CnbError('E_REGISTRY', 'stopped while names were being given', { cause: thrown, diagnostics: left })
}

function diagnosticsOf(error: CnbError): readonly Diagnostic[] {
  if (error.diagnostics.length > 0) return error.diagnostics
  const { code, message, place, value, hint } = error
  return [{ rule: code, severity: 'error', message, place: place ?? { file: 'command line' }, value, fix: hint }]
}
