import { CnbError } from '../errors.js'

const PULL_POLICIES = ['always', 'if-not-present', 'never'] as const

/** When an image is fetched although a docker engine may have it. */
export type PullPolicy = (typeof PULL_POLICIES)[number]

/** How a pull policy is written, for messages. */
export const PULL_POLICY_HINT = `write ${PULL_POLICIES.slice(0, -1).join(', ')} or ${PULL_POLICIES.at(-1)}`

/** Whether `text` is a pull policy, to the letter. */
export function isPullPolicy(text: string): text is PullPolicy {
  return PULL_POLICIES.some((policy) => policy === text)
}

/** The policy that a flag says; an empty one is `always`, as in pack. @throws CnbError E_USAGE */
export function parsePullPolicy(text: string): PullPolicy {
  if (text === '') return 'always'
  if (!isPullPolicy(text)) {
    throw new CnbError('E_USAGE', `invalid pull policy ${text}`, { value: text, hint: PULL_POLICY_HINT })
  }
  return text
}
