import type { Diagnostic, Report } from '../errors.js'
import type { TarWarning, Warn } from '../tar/entry.js'
import type { SourceSettings } from './source-facts.js'

/** What turning a source into entries needs beside the source. */
export interface EntryOptions extends SourceSettings {
  /** Takes warnings. */
  readonly report: Report
  readonly signal?: AbortSignal | undefined
  /** Sees the tar of a packaged layer as it is. */
  readonly watchTar?: ((piece: Uint8Array) => void) | undefined
}

/** What the makers of entries share. */
export interface EntryContext extends EntryOptions {
  /** What files are read into: one buffer, because one entry is read at a time. */
  readonly buffer: Uint8Array
}

/** Passes on what an archive's reader or a tree's check finds odd in `file`. */
export function warnAbout(file: string, { report }: EntryContext): Warn {
  return (warning) => report(diagnosticOf(warning, file))
}

function diagnosticOf({ code, message, value }: TarWarning, file: string): Diagnostic {
  return { rule: code, severity: 'warning', message, place: { file }, value }
}
