import { CnbError } from '../../errors.js'
import { cacheInfo, cachePrune, cacheVerify } from '../../operations/cache-upkeep.js'
import type { Host } from '../../operations/host.js'
import { cacheDirectory, flag, wholeNumber } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { counted, printable, printBytes } from '../render/text.js'

interface Count {
  readonly count: number
  readonly bytes: number
}

/** Runs `trowel cache info`. */
export async function showCache(args: Arguments, { host, output }: Context): Promise<void> {
  const info = cacheInfo(directoryOf(args, host), host)
  if (flag(args, 'json')) {
    output.json(info)
    return
  }
  const rows = [
    ...info.blobs.map((tally) => ({ ...tally, title: tally.kind })),
    { ...info.records, title: 'records' },
    { ...info.leftovers, title: 'leftovers' },
  ]
  output.result(
    [
      `${printable(info.directory)}: ${printBytes(info.bytes)}`,
      ...rows.filter(({ count }) => count > 0).map((row) => `  ${row.title}: ${printCount(row)}`),
    ].join('\n'),
  )
}

/** Runs `trowel cache prune`. */
export async function pruneKept(args: Arguments, { host, output }: Context): Promise<void> {
  const removed = cachePrune(
    directoryOf(args, host),
    {
      all: flag(args, 'all'),
      olderThanDays: wholeNumber(args, 'older-than', 0),
      atMostBytes: wholeNumber(args, 'max-bytes', 0),
    },
    host,
  )
  if (flag(args, 'json')) output.json(removed)
  else output.result(`removed ${printCount(removed)}`)
}

/** Runs `trowel cache verify`. */
export async function verifyKept(args: Arguments, { host, output }: Context): Promise<void> {
  const verified = cacheVerify(directoryOf(args, host), host)
  if (flag(args, 'json')) {
    output.json(verified)
    return
  }
  const { sound, damaged } = verified
  output.result(
    [
      `sound: ${printCount(sound)}`,
      ...damaged.map(({ file, actual = 'unreadable', isRemoved }) =>
        printable(`damaged${isRemoved ? ' and removed' : ''}: ${file} is ${actual}`),
      ),
    ].join('\n'),
  )
}

function printCount({ count, bytes }: Count): string {
  return `${counted(count, 'file')}, ${printBytes(bytes)}`
}

function directoryOf(args: Arguments, host: Host): string {
  const directory = cacheDirectory(args, host)
  if (directory !== undefined) return directory
  throw new CnbError('E_USAGE', 'nobody knows where the cache is', { hint: 'name its directory with --cache-dir' })
}
