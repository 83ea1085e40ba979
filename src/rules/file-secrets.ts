import { basename } from 'node:path/posix'
import { moduleName } from '../cnb/module.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import { moduleAdvice, type Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'

/** How a secret is known: what it is called, where it is kept, and what a line with it looks like. */
interface SecretPattern {
  /** Completes "holds". */
  readonly what: string
  /** By the name of the file; undefined for any file that rules look into. */
  readonly file?: RegExp
  readonly line: RegExp
}

const PATTERNS: readonly SecretPattern[] = [
  { what: 'a private key', line: /^\s*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\s*$/ },
  { what: 'a private key', file: /\.ppk$/i, line: /^PuTTY-User-Key-File-\d/ },
  {
    what: 'a secret access key of AWS',
    line: /aws_secret_access_key["']?\s*[=:]\s*["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/i,
  },
  { what: 'a token of GitHub', line: /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b/ },
  { what: 'a token of npm', file: /^\.npmrc$/, line: /(?:^|:)_(?:authToken|auth|password)\s*=\s*["']?([^\s"'#;]+)/ },
  { what: 'a token of npm', file: /^\.yarnrc\.yml$/, line: /^\s*npmAuth(?:Token|Ident)\s*:\s*["']?([^\s"']+)/ },
  { what: 'a password', file: /^\.(?:netrc|pypirc)$/, line: /(?:^|\s)password(?:\s*[=:]\s*|\s+)(\S+)/ },
  { what: 'a password', file: /^\.git-credentials$/, line: /^https?:\/\/[^\s:@/]+:([^\s@/]+)@/ },
  {
    what: 'a password of a registry',
    file: /^(?:config\.json|\.dockercfg|\.dockerconfigjson)$/,
    line: /"(?:auth|identitytoken|registrytoken)"\s*:\s*"([A-Za-z0-9+/=._-]{8,})"/,
  },
  {
    what: 'a value that its name says is secret',
    file: /^\.env(?:\.(?!example|sample|template|dist|defaults)[^.]+)*$/i,
    line: /^\s*(?:export\s+)?\w*(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|(?:PRIVATE|SECRET|ACCESS)_KEY)\s*=\s*["']?([^\s"'#]{8,})/i,
  },
]

/** What stands where a secret is to be filled in; and names of examples, which many documents have. */
const PLACEHOLDER =
  /^[$<{[%*]|\$\{|\{\{|EXAMPLE|example|change-?me|replace|placeholder|your[-_]|dummy|xxxx|\*{4}|^(?:secret|password|token|true|false|null|none)$/i

/** Folders of what others tested their programs with: keys that are there for all to see. */
const OF_TESTS = /(?:^|\/)(?:node_modules|vendor|tests?|testdata|fixtures?|specs?|examples?)\//

/** Bytes of a line that are looked at: no secret stands further on, and no expression is to run away. */
const LINE_CHARACTERS = 1000

interface FoundSecret {
  readonly path: string
  readonly what: string
  readonly line: number
}

const secret = moduleAdvice({
  id: 'file-secret',
  severity: 'error',
  summary: 'a module holds a secret, which everybody who can pull the builder can read',
  reference: 'https://cwe.mitre.org/data/definitions/540.html',
  needs: ['descriptor', 'files'],
  check({ descriptor, files }, report) {
    for (const path of files.entries.keys()) {
      const found = secretIn(files, path)
      if (found === undefined) continue
      // Neither the value nor the line that it is in: reports are kept and sent around.
      report({
        ...(OF_TESTS.test(path) && { severity: 'warning' as const }),
        message: `${path} of ${moduleName(descriptor.info)} holds ${found.what} in line ${found.line}`,
        place: { file: files.nameOf(path) },
        fix: 'remove it from the module and its history, and revoke it: what was published is known',
      })
    }
  },
})

function secretIn(files: ModuleFiles, path: string): FoundSecret | undefined {
  const name = basename(path)
  const head = files.head(path)
  if (head === undefined || head.includes(0)) return undefined
  const patterns = PATTERNS.filter(({ file }) => file === undefined || file.test(name))
  for (const [index, line] of Buffer.from(head).toString('utf8').split('\n').entries()) {
    const cut = line.slice(0, LINE_CHARACTERS)
    const pattern = patterns.find((one) => isSecret(one, cut))
    if (pattern !== undefined) return { path, what: pattern.what, line: index + 1 }
  }
  return undefined
}

function isSecret({ line: pattern }: SecretPattern, line: string): boolean {
  const match = pattern.exec(line)
  return match !== null && !PLACEHOLDER.test(match[1] ?? '-')
}

/** What the value of a variable is that is no longer secret when others can read it; undefined for what anybody may know. */
export function secretVariable(name: string, value: string): string | undefined {
  const lines = [`${name}=${value}`.slice(0, LINE_CHARACTERS), value.slice(0, LINE_CHARACTERS)]
  const patterns = PATTERNS.filter(({ file }) => file === undefined || file.test('.env'))
  return patterns.find((pattern) => lines.some((line) => isSecret(pattern, line)))?.what
}

/** What nobody else is to read. */
export const FILE_SECRET_ADVICE: readonly Rule<ModuleSubject>[] = [secret]
