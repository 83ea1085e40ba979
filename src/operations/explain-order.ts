import { parseApiVersion } from '../cnb/api-version.js'
import { moduleName } from '../cnb/module.js'
import { DETECT_LIMITS } from '../detect/budget.js'
import { detect, type Detection } from '../detect/detect.js'
import { DETECTOR_EXIT } from '../detect/end.js'
import { type ImageTarget, printImageTarget } from '../detect/targets.js'
import { CnbError } from '../errors.js'
import { explainGeneration } from './explain-generation.js'
import type { Host } from './host.js'
import { type FoundOrder, runnableApis } from './order-facts.js'
import type { OrderOptions } from './order-options.js'
import type { Outcomes } from './order-outcomes.js'
import type { OrderExplanation } from './order-report.js'

/** What an explanation is made of. */
export interface ExplainedOrder {
  readonly found: FoundOrder
  readonly outcomes: Outcomes
  readonly platformApi: string
  readonly options: Pick<OrderOptions, 'target' | 'execEnv' | 'experimental'>
  readonly host: Host
}

/** What lifecycles take for the environment unless they are told. */
const EXEC_ENV = 'production'
/** What CNB_EXPERIMENTAL_MODE says unless it is set; anything else lets experimental features through. */
const EXPERIMENTAL_MODE = 'error'

/** Walks through detection as the lifecycle does. @throws CnbError E_USAGE for a target that is none */
export function explainOrder({ found, outcomes, platformApi, options, host }: ExplainedOrder): OrderExplanation {
  const execEnv = options.execEnv ?? (host.env['CNB_EXEC_ENV'] || EXEC_ENV)
  const image = options.target === undefined ? undefined : imageOf(options.target)
  const { order, orderExtensions, system, modules, refused, lifecycle } = found
  const detection =
    refused === undefined
      ? detect({
          order,
          orderExtensions,
          system,
          modules: modules.map(outcomes.applied),
          runImage: image ?? ANY_IMAGE,
          osRelease: '',
          arch: host.architecture,
          platformApi,
          apis: runnableApis(lifecycle),
          execEnv,
          experimental:
            options.experimental || (host.env['CNB_EXPERIMENTAL_MODE'] || EXPERIMENTAL_MODE) !== EXPERIMENTAL_MODE,
          outcomeOf: outcomes.of,
          limits: DETECT_LIMITS,
        })
      : unreadable(refused)
  const { exit, reason, selection, limit, ran, trace, trials, tries } = detection
  const version = parseApiVersion(platformApi)
  const generated =
    exit === DETECTOR_EXIT.passed && selection !== undefined && version !== undefined
      ? explainGeneration({ found, outcomes, platformApi: version, selection })
      : undefined
  const silent = new Set(
    modules.filter((one) => outcomes.given(one) === undefined).map((one) => `${one.kind} ${moduleName(one)}`),
  )
  return {
    exit: generated?.generation.exit ?? exit ?? null,
    reason: generated?.generation.reason ?? reason,
    group: selection?.group ?? null,
    groupExt: selection?.groupExt ?? null,
    plan: generated?.generation.plan ?? selection?.plan ?? null,
    generation: generated?.shown ?? null,
    trace,
    trials,
    tries,
    ran,
    assumed: ran.filter((name) => silent.has(name)),
    target: image === undefined ? '' : printImageTarget(image),
    execEnv,
    limit: limit ?? null,
  }
}

/** Fits every target. */
const ANY_IMAGE: ImageTarget = { os: '', arch: '', variant: '', distro: { name: '', version: '' } }

/** Not as strict as targets of packages are: an image may say whatever it likes, such as arm64/v8. */
const IMAGE = /^([^/:,]+)\/([^/:,]+)(?:\/([^/:,]+))?(?::([^@;,]+)(?:@([^@;,]+))?)?$/

function imageOf(text: string): ImageTarget {
  const [matched, os = '', arch = '', variant = '', name, version = ''] = IMAGE.exec(text) ?? []
  if (matched === undefined) {
    throw new CnbError('E_USAGE', `--target ${text}: a run image has one platform and one distro`, {
      value: text,
      hint: 'write os/arch:distro@version, such as linux/amd64:ubuntu@24.04',
    })
  }
  return { os, arch, variant, distro: name === undefined ? undefined : { name, version } }
}

function unreadable(reason: string): Detection {
  const nothing = { selection: undefined, ran: [], trials: 0, tries: 0, trace: [], limit: undefined }
  return { ...nothing, exit: DETECTOR_EXIT.failed, reason: `the order cannot be read: ${reason}` }
}
