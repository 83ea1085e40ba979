import type { Flag } from './flags.js'
import { quoted, Refusal } from './refusal.js'

/** A span of time as Go writes it: `1m30s`, `.5h`, `0`. */
const DURATION = /^[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/

/** The largest number of 32 bits. */
const MAX_RETRIES = 2_147_483_647

/** Whether a `HEALTHCHECK` is one that BuildKit takes. @throws Refusal */
export function checkHealth(args: readonly string[], flags: readonly Flag[], isJson: boolean): void {
  const [type = '', ...command] = args
  if (type.toUpperCase() === 'NONE') {
    if (command.length > 0) throw new Refusal('HEALTHCHECK NONE with arguments')
    return
  }
  if (type.toUpperCase() !== 'CMD') throw new Refusal(`HEALTHCHECK ${quoted(type)}, which is neither CMD nor NONE`)
  if (command.length === 0) throw new Refusal(`HEALTHCHECK CMD without a command${isJson ? ' in its array' : ''}`)
  for (const { name, value = '' } of flags) {
    if (value === '') continue
    const isRight = name === 'retries' ? isCount(value) : DURATION.test(value) && isLongEnough(value)
    if (!isRight) throw new Refusal(`--${name} is ${quoted(value)}`)
  }
}

function isCount(value: string): boolean {
  return /^\+?\d+$/.test(value) && Number(value) <= MAX_RETRIES
}

/** Nothing at all, or a millisecond at least. */
function isLongEnough(value: string): boolean {
  const MILLISECONDS: Readonly<Record<string, number>> = {
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    μs: 1e-3,
    ms: 1,
    s: 1e3,
    m: 6e4,
    h: 3.6e6,
  }
  let total = 0
  for (const [, number, unit = ''] of value.matchAll(/([\d.]+)([a-zµμ]+)/g))
    total += Number(number) * (MILLISECONDS[unit] ?? 0)
  return total === 0 || (total >= 1 && !value.startsWith('-'))
}
