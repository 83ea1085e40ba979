import { basename, dirname } from 'node:path'

/**
 * What a loss of power could show in `directory`, by a trace of fsync, rename and link (`strace -f -y`): names of what was not
 * on the disk when it was named, and names that were not on the disk before `last` had its own, or at the end.
 */
export function lostByPowerLoss(trace: string, directory: string, last: string): string[] {
  const onDisk = new Set<string>()
  const lost: string[] = []
  let names: string[] = []
  for (const [call, [source = '', target = '']] of completed(trace)) {
    if (call === 'fsync') {
      onDisk.add(source)
      names = names.filter((name) => dirname(name) !== source)
      continue
    }
    if (onDisk.has(source)) onDisk.add(target)
    if (!target.startsWith(directory) || basename(target).startsWith('.trowel-')) continue
    if (!onDisk.has(target)) lost.push(`${call} of ${target}, which is not on the disk`)
    if (target === last) lost.push(...names.map((name) => `${name}, when ${last} gets its name`))
    names.push(target)
  }
  return [...lost, ...names]
}

/** The calls that succeeded and their paths, in the order in which they came back. */
function completed(trace: string): (readonly [call: string, paths: readonly string[]])[] {
  const begun = new Map<string, string>()
  return trace.split('\n').flatMap((line) => {
    const [, thread = '', resumed, rest = ''] = /^(\d+) +(<\.\.\. \w+ resumed>)?(.*)$/.exec(line) ?? []
    const whole = resumed === undefined ? rest : `${begun.get(thread)}${rest}`
    if (whole.endsWith(UNFINISHED)) begun.set(thread, whole.slice(0, -UNFINISHED.length))
    const [, call, args = ''] = /^(\w+)\((.*)\) += 0$/.exec(whole) ?? []
    if (call === undefined) return []
    return [[call, [...args.matchAll(/"([^"]*)"|<([^>]*)>/g)].map(([, name, opened]) => name ?? opened ?? '')]]
  })
}

const UNFINISHED = ' <unfinished ...>'
