import {
  printProfile,
  type AllowedFinding,
  type CheckFinding,
  type CheckReport,
} from '../../operations/check-report.js'
import { diagnosticJson } from './failure.js'
import { printableDocument } from './text.js'

/** What `check` found, as one JSON object on one line; docs/json.md says what is in it. */
export function checkJson(report: CheckReport): string {
  const { checked, failOn, asOf, findings, allowed, notEvaluated } = report
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length
  const document = {
    checked,
    profile: printProfile(report.profile),
    failOn,
    asOf,
    counts: { error: count('error'), warning: count('warning'), info: count('info'), allowed: allowed.length },
    findings: findings.map(findingJson),
    allowed: allowed.map(allowedJson),
    notEvaluated,
  }
  return printableDocument(JSON.stringify(document))
}

function findingJson(finding: CheckFinding): object {
  return { ...diagnosticJson(finding), refusedBy: finding.refusedBy }
}

function allowedJson({ finding, reason, until, place }: AllowedFinding): object {
  return { ...findingJson(finding), allowed: { reason, until, ...place } }
}
