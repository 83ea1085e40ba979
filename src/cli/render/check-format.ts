import type { CheckReport } from '../../operations/check-report.js'
import { checkGithub } from './check-github.js'
import { checkJson } from './check-json.js'
import { checkJunit } from './check-junit.js'
import { checkMarkdown } from './check-markdown.js'
import type { SarifRun } from './check-sarif.js'
import { checkText, type CheckTextOptions } from './check-text.js'

/** What `check` can print its report as. */
export const CHECK_FORMATS = ['text', 'json', 'sarif', 'github', 'junit', 'markdown'] as const

/** One of them. */
export type CheckFormat = (typeof CHECK_FORMATS)[number]

/** What a report is shown with; each format uses what it has a use for. */
export interface CheckSurroundings extends SarifRun, CheckTextOptions {}

/** A report in a format, without the newline at its end. */
export async function printCheck(
  report: CheckReport,
  format: CheckFormat,
  surroundings: CheckSurroundings,
): Promise<string> {
  switch (format) {
    case 'text':
      return checkText(report, surroundings)
    case 'json':
      return checkJson(report)
    case 'sarif':
      // Loaded late: it explains the rules too.
      return (await import('./check-sarif.js')).checkSarif(report, surroundings)
    case 'github':
      return checkGithub(report)
    case 'junit':
      return checkJunit(report)
    case 'markdown':
      return checkMarkdown(report)
  }
}
