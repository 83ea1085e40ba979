import type { ImageOptions } from '../operations/image-options.js'
import { commaList, flag, list, runOptions, single, wholeNumber } from './arguments.js'
import type { Arguments, Context } from './command.js'

/** What the flags say that every command has that makes images. */
export function imageOptions(args: Arguments, { host }: Pick<Context, 'host'>): Omit<ImageOptions, 'name'> {
  return {
    ...runOptions(args, host),
    to: list(args, 'to'),
    publish: flag(args, 'publish'),
    tags: commaList(args, 'tag'),
    appendImageNameSuffix: flag(args, 'append-image-name-suffix'),
    verifyTag: flag(args, 'verify-tag'),
    replace: list(args, 'replace'),
    labels: list(args, 'label'),
    targets: list(args, 'target'),
    profile: single(args, 'profile'),
    dryRun: flag(args, 'dry-run'),
    jobs: wholeNumber(args, 'jobs', 1) ?? host.cpus,
    allowAbsoluteSymlinks: flag(args, 'allow-absolute-symlinks'),
  }
}
