import { builderOrder, packageOrder, type JudgedOrder } from './judged-order.js'
import { builderAdvice, packageAdvice, type ReportFinding, type Rule, type RuleDescription } from './rule.js'
import type { BuilderSubject, PackageSubject } from './subjects.js'

/** A judgement of an order, wherever it is. */
export interface OrderAdvice {
  readonly ofBuilder: Rule<BuilderSubject>
  /** Of the composite that is packaged. */
  readonly ofPackage: Rule<PackageSubject>
}

/** A rule about orders. */
export interface OrderAdviceDefinition extends RuleDescription {
  readonly check: (order: JudgedOrder, report: ReportFinding) => void
}

/** Makes a rule about orders out of its definition: the same for those of builders and of packages. */
export function orderAdvice({ check, ...description }: OrderAdviceDefinition): OrderAdvice {
  return {
    ofBuilder: builderAdvice({
      ...description,
      needs: ['config', 'locate', 'buildpacks', 'extensions'],
      check: (input, report) => check(builderOrder(input), report),
    }),
    ofPackage: packageAdvice({
      ...description,
      needs: ['buildpacks'],
      check: (input, report) => check(packageOrder(input), report),
    }),
  }
}
