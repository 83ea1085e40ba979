/** A package that a command installs. */
export interface InstalledPackage {
  readonly name: string
  /** Of the text in which it stands. */
  readonly index: number
}

/** `apt-get install`, `apk add`, up to the end of the command. */
const INSTALLS = /\b(?:(?:apt-get|apt)\s+(?:-\S+\s+)*install|apk\s+(?:-\S+\s+)*add)\b([^;&|<>]*)/g

/** Options of apt and apk whose value is the next word. */
const WITH_VALUE = new Set([
  '-t',
  '--target-release',
  '--default-release',
  '-o',
  '-c',
  '--virtual',
  '-X',
  '--repository',
  '-p',
  '--root',
])

/** What a package is called, where nothing else is said of it. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9]+)?$/

/** The packages that a shell's command line installs without saying which version. */
export function installsUnpinned(text: string): readonly InstalledPackage[] {
  const packages: InstalledPackage[] = []
  for (const match of text.matchAll(INSTALLS)) {
    const [all, rest = ''] = match
    const start = match.index + all.length - rest.length
    let before = ''
    for (const word of rest.matchAll(/\S+/g)) {
      if (!WITH_VALUE.has(before) && PACKAGE.test(word[0])) packages.push({ name: word[0], index: start + word.index })
      before = word[0]
    }
  }
  return packages
}
