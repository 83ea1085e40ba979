import { CnbError } from '../errors.js'

/** A CNB target. An empty string is a part that the file leaves out. */
export interface Target {
  readonly os: string
  readonly arch: string
  readonly variant: string
  readonly distros: readonly Distro[]
}

/** A distribution of a target. An empty string is a part that the file leaves out. */
export interface Distro {
  readonly name: string
  readonly version: string
}

/** Architectures by operating system, as Go names them. */
const ARCHITECTURES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    aix: 'ppc64',
    android: '386 amd64 arm arm64',
    darwin: 'amd64 arm64',
    dragonfly: 'amd64',
    freebsd: '386 amd64 arm',
    illumos: 'amd64',
    ios: 'arm64',
    js: 'wasm',
    linux: '386 amd64 arm arm64 loong64 mips mipsle mips64 mips64le ppc64 ppc64le riscv64 s390x',
    netbsd: '386 amd64 arm',
    openbsd: '386 amd64 arm arm64',
    plan9: '386 amd64 arm',
    solaris: 'amd64',
    wasip1: 'wasm',
    windows: '386 amd64 arm arm64',
  }).map(([os, list]) => [os, list.split(' ')]),
)

/** Operating systems that have a name, as Go spells them. */
export const OPERATING_SYSTEMS: readonly string[] = [...ARCHITECTURES.keys()]

/** The architectures of an operating system; undefined for one that is unknown. */
export function architecturesOf(os: string): readonly string[] | undefined {
  return ARCHITECTURES.get(os)
}

/** Variants by architecture. There are none for arm64: its v8 goes without saying. */
const VARIANTS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '386': 'softfloat sse2',
    amd64: 'v1 v2 v3 v4',
    arm: 'v5 v6 v7',
    mips: 'hardfloat softfloat',
    mipsle: 'hardfloat softfloat',
    mips64: 'hardfloat softfloat',
    mips64le: 'hardfloat softfloat',
    ppc64: 'power8 power9',
    ppc64le: 'power8 power9',
    wasm: 'satconv signext',
  }).map(([arch, list]) => [arch, list.split(' ')]),
)

/** The variants of an architecture; undefined for one that has none. */
export function variantsOf(arch: string): readonly string[] | undefined {
  return VARIANTS.get(arch)
}

/** What others call operating systems and architectures, in lower case. */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['x64', 'amd64'],
  ['aarch64', 'arm64'],
  ['armhf', 'arm'],
  ['armv6', 'arm'],
  ['armv7', 'arm'],
  ['armv7l', 'arm'],
  ['i386', '386'],
  ['i686', '386'],
  ['x86', '386'],
  ['ppc64el', 'ppc64le'],
  ['loongarch64', 'loong64'],
  ['macos', 'darwin'],
  ['win32', 'windows'],
])

/**
 * The targets in one value of `--target`: `os/arch[/variant][:distro[@version][;…]]`, with commas between several. An empty
 * value names none. Further parts behind a variant, or behind the distros and a colon, are passed over, as in pack.
 *
 * @throws CnbError E_USAGE
 */
export function parseTargets(text: string): Target[] {
  return text === '' ? [] : text.split(',').map(parseTarget)
}

function parseTarget(text: string): Target {
  const [platform = '', distros = ''] = text.split(':')
  const [os = '', arch = '', variant = ''] = platform.split('/')
  const wrong = whatIsWrong(os, arch, variant)
  if (wrong !== undefined) {
    throw new CnbError('E_USAGE', `--target ${text}: ${wrong.problem}`, { value: text, hint: wrong.hint })
  }
  return {
    os,
    arch,
    variant,
    distros: distros === '' ? [] : distros.split(';').map((distro) => parseDistro(distro, text)),
  }
}

function whatIsWrong(os: string, arch: string, variant: string): { problem: string; hint: string } | undefined {
  const architectures = ARCHITECTURES.get(os)
  if (architectures === undefined) {
    return {
      problem: os === '' ? 'no operating system' : `unknown operating system ${os}`,
      hint: 'write os/arch, such as linux/amd64',
    }
  }
  if (!architectures.includes(arch)) {
    return {
      problem: arch === '' ? 'no architecture' : `unknown architecture ${arch}`,
      hint: `${os} has ${architectures.join(', ')}`,
    }
  }
  const variants = VARIANTS.get(arch) ?? []
  if (variant === '' || variants.includes(variant)) return undefined
  return {
    problem: `unknown variant ${variant}`,
    hint: variants.length === 0 ? `${arch} has no variants: leave it out` : `${arch} has ${variants.join(', ')}`,
  }
}

function parseDistro(distro: string, text: string): Distro {
  const [name = '', version = '', ...rest] = distro.split('@')
  if (name === '' || rest.length > 0) {
    throw new CnbError('E_USAGE', `--target ${text}: '${distro}' is no distribution`, {
      value: text,
      hint: 'write name@version, such as ubuntu@24.04',
    })
  }
  return { name, version }
}

/** `linux/amd64, linux/arm64 (ubuntu 22.04)`, for people. */
export function printTargets(targets: readonly Target[]): string {
  return targets.map(printTarget).join(', ')
}

function printTarget({ os, arch, variant, distros }: Target): string {
  const platform = [os || '(no os)', arch, variant].filter((part) => part !== '').join('/')
  return distros.length === 0 ? platform : `${platform} (${distros.map(printDistro).join(' or ')})`
}

/** `ubuntu 22.04`, for people. */
export function printDistro({ name, version }: Distro): string {
  return `${name || '(no name)'} ${version || '(no version)'}`
}
