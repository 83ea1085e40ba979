import { isComposite } from '../../cnb/module.js'
import { COLUMN_RULES } from './column.js'
import type { PlatformColumns } from './columns.js'
import { judgeBuildpackApi, judgePlatformApi } from './api-cells.js'
import { judgeBuildImage, judgeRunImage } from './image-cells.js'
import { undecided, type Judgement } from './judgement.js'
import type { MatrixModule } from './modules.js'

/** The cells of one module on one platform, one a column; `module` is undefined when the builder has it on others only. */
export function judgeModule(module: MatrixModule | undefined, columns: PlatformColumns): Judgement[] {
  if (module === undefined) return columns.columns.map(() => ELSEWHERE)
  if (module.module === undefined) {
    return columns.columns.map(({ kind }) => undecided(COLUMN_RULES[kind], 'the module could not be read'))
  }
  const found = module.module
  const images = isComposite(found.descriptor)
    ? [COMPOSITE, ...columns.runs.map(() => COMPOSITE)]
    : [judgeBuildImage(found, columns), ...columns.runs.map((run) => judgeRunImage(found, run, columns))]
  return [...images, judgeBuildpackApi(found, columns), judgePlatformApi(module, columns)]
}

const COMPOSITE: Judgement = {
  verdict: 'not-applicable',
  rule: 'target-on-composite',
  reason: 'a composite has neither targets nor stacks: its components are compared',
  opinions: [
    { by: 'pack', says: 'silent', text: 'does not compare composites' },
    { by: 'lifecycle', says: 'silent', text: 'does not compare composites' },
  ],
  fix: undefined,
}

const ELSEWHERE: Judgement = {
  verdict: 'not-applicable',
  rule: 'target-multiarch-missing-manifest',
  reason: 'the builder does not have this module on this platform',
  opinions: [
    { by: 'pack', says: 'silent', text: 'does not meet it' },
    { by: 'lifecycle', says: 'silent', text: 'does not meet it' },
  ],
  fix: undefined,
}
