import { ERROR_KINDS, type ErrorCode } from '#src/errors.js'
import type { Fault } from '../support/proxy/rules.js'
import type { Outcome } from './harness.js'

/**
 * What a run with one fault may come to. Whatever may pass by itself is tried again, so the run succeeds; a registry that wants
 * credentials that we do not have ends it, unless it was only asked whether it is there; and bytes that are not what they should be are either fetched again or refused.
 */
export function isExpected(fault: Fault, { code }: Outcome): boolean {
  if (code === 'success') return true
  if (fault.kind === 'challenge') return kindOf(code) === 'credentials'
  // With the length put right, nothing but the digest tells.
  const isDamaged = fault.kind === 'corrupt' || (fault.kind === 'truncate' && fault.fixLength)
  return isDamaged && kindOf(code) === 'refused'
}

function kindOf(code: string): string {
  return ERROR_KINDS[code as ErrorCode]
}
