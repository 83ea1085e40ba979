import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeUtf8 } from '#src/bytes.js'
import { parseApiVersion } from '#src/cnb/api-version.js'
import { type Decoded, STRING, table, tables } from '#src/cnb/schema.js'
import { DETECT_LIMITS } from '#src/detect/budget.js'
import { type DecodedFile, decodeDescriptor, decodeFile, decodeOrderFile, reasonOf } from '#src/detect/descriptor.js'
import { detect, type Detection } from '#src/detect/detect.js'
import { DETECTOR_EXIT } from '#src/detect/end.js'
import type { GroupMember } from '#src/detect/group-member.js'
import type { DetectInput } from '#src/detect/input.js'
import type { DetectModule } from '#src/detect/module.js'
import type { PlanEntry } from '#src/detect/resolve-plan.js'
import type { ImageTarget } from '#src/detect/targets.js'
import type { Diagnostic } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { TomlDocument } from '#src/toml/document.js'
import { parseToml } from '#src/toml/parse.js'

/** One line of fixtures/golden/detect/open.jsonl; its README says what the keys are. */
export interface Vector {
  readonly id: string
  readonly about: string
  readonly platformApi: string
  readonly order: string | null
  readonly layersOrder?: string | null
  readonly system: string | null
  readonly target: VectorImage | null
  readonly osRelease: string | null
  readonly run?: string | null
  /** Stands for `target`. */
  readonly analyzed?: string | null
  readonly env?: Readonly<Record<string, string>>
  readonly modules: readonly VectorModule[]
  readonly result: VectorResult
}

interface VectorImage {
  readonly os: string
  readonly arch: string
  readonly variant?: string
  readonly distro?: { readonly name?: string; readonly version?: string }
}

export interface VectorModule {
  readonly kind: 'buildpack' | 'extension'
  readonly id: string
  readonly version: string
  readonly api: string | null
  readonly homepage?: string
  readonly clearEnv?: boolean
  readonly execEnv?: readonly string[]
  readonly stacks?: readonly string[]
  readonly targets?: readonly VectorTarget[]
  readonly order?: readonly (readonly VectorRef[])[]
  readonly toml?: string
  readonly absent?: boolean
  readonly detect?: number | 'killed' | null
  readonly plan?: string
  readonly notExecutable?: boolean
  readonly binBuild?: boolean
  readonly generate?: { readonly exit?: number; readonly files?: Readonly<Record<string, string>> } | null
  readonly files?: Readonly<Record<string, string>>
}

type VectorTarget = Readonly<Partial<Record<'os' | 'arch' | 'variant' | 'arch-variant', string>>> & {
  readonly distros?: readonly { readonly name?: string; readonly version?: string }[]
}

interface VectorRef {
  readonly id: string
  readonly version: string
  readonly optional?: boolean
  readonly extension?: boolean
}

/** What a vector says of the outcome, as far as detection decides it. */
export interface VectorResult {
  readonly exit: number
  readonly group: unknown
  readonly groupExt: unknown
  readonly plan: readonly unknown[] | null
  readonly ran: readonly string[] | null
  readonly trials: number
  readonly tries: number
  readonly generated?: VectorGenerated
}

/** What extensions led to. */
interface VectorGenerated {
  /** By `extension ID@VERSION`, of those whose `bin/generate` ran. */
  readonly plans: Readonly<Record<string, readonly unknown[]>>
  readonly files: Readonly<Record<string, string>>
  readonly runImage: { readonly image: string; readonly extend?: boolean; readonly target?: unknown } | null
}

const FIXTURES = fileURLToPath(new URL('../../fixtures/golden/detect', import.meta.url))

export function readVectors(): Vector[] {
  const lines = readFileSync(join(FIXTURES, 'open.jsonl'), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Vector)
}

const apis = (from: number, to: number): { major: number; minor: number }[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ major: 0, minor: from + i }))

/** Those of lifecycle 0.21. */
export const APIS = { platform: apis(7, 15), buildpack: apis(7, 12) }

const line = (key: string, value: string | undefined): string =>
  value === undefined ? '' : `${key} = ${JSON.stringify(value)}\n`

/** The descriptor of a module as the lifecycle found it. */
export function descriptorText(module: VectorModule): string {
  if (module.toml !== undefined) return module.toml
  return [
    line('api', module.api ?? undefined),
    `[${module.kind}]\n${line('id', module.id)}${line('version', module.version)}${line('homepage', module.homepage)}`,
    module.clearEnv === true ? 'clear-env = true\n' : '',
    module.execEnv === undefined ? '' : `exec-env = ${JSON.stringify(module.execEnv)}\n`,
    ...(module.stacks ?? []).map((stack) => `[[stacks]]\n${line('id', stack)}`),
    ...(module.targets ?? []).map(targetText),
    ...(module.order ?? []).map((group) => `[[order]]\n${group.map(refText).join('')}`),
  ].join('')
}

function targetText({ distros = [], ...target }: VectorTarget): string {
  const keys = ['os', 'arch', 'variant', 'arch-variant'] as const
  const distro = (one: { name?: string; version?: string }): string =>
    `[[targets.distros]]\n${line('name', one.name)}${line('version', one.version)}`
  return `[[targets]]\n${keys.map((key) => line(key, target[key])).join('')}${distros.map(distro).join('')}`
}

function refText({ id, version, optional = false, extension = false }: VectorRef): string {
  const flags = `${optional ? 'optional = true\n' : ''}${extension ? 'extension = true\n' : ''}`
  return `[[order.group]]\n${line('id', id)}${version === '' ? '' : line('version', version)}${flags}`
}

/** A TOML text as the lifecycle decodes it. */
export function decoded<T>(text: string, decode: (document: TomlDocument) => DecodedFile<T>): DecodedFile<T> {
  const problems: Diagnostic[] = []
  const report = (problem: Diagnostic): void => void problems.push(problem)
  const document = parseToml(encodeUtf8(text), { file: 'file', limits: DEFAULT_LIMITS, report })
  if (document !== undefined) return decode(document)
  return { kind: 'refused', reason: problems.map(reasonOf).join() }
}

export function isToml(text: string): boolean {
  return decoded(text, () => ({ kind: 'decoded', value: true })).kind === 'decoded'
}

const REFS = tables({ id: { schema: STRING, about: '' }, version: { schema: STRING, about: '' } })
const PART = { schema: table({ buildpacks: { schema: REFS, about: '' } }), about: '' } as const
const SYSTEM = table({ system: { schema: table({ pre: PART, post: PART }), about: '' } })

const TEXT = { schema: STRING, about: '' } as const
const DISTRO = { schema: table({ name: TEXT, version: TEXT }), about: '' } as const
const TARGET = { schema: table({ os: TEXT, arch: TEXT, 'arch-variant': TEXT, distro: DISTRO }), about: '' } as const
const RUN_IMAGE = { schema: table({ reference: TEXT, image: TEXT, target: TARGET }), about: '' } as const
const ANALYZED = table({ 'run-image': RUN_IMAGE })

function moduleOf(module: VectorModule): DetectModule {
  const { kind, id, version, detect: exit, generate, files = {} } = module
  const descriptor = decoded(descriptorText(module), (document) => decodeDescriptor(kind, document))
  if (descriptor.kind === 'refused') return { kind, id, version, state: 'unreadable', reason: descriptor.reason }
  const isScripted = exit !== null && exit !== undefined && module.order === undefined
  return {
    kind,
    id,
    version,
    state: 'read',
    descriptor: descriptor.value,
    files: {
      // What is among the further files is not executable.
      detect:
        'bin/detect' in files || module.notExecutable === true ? 'not-executable' : isScripted ? 'runs' : 'absent',
      binBuild:
        (kind === 'buildpack' && module.order === undefined && module.binBuild !== false) || 'bin/build' in files,
      binGenerate: (generate !== null && generate !== undefined) || 'bin/generate' in files,
      staticPlan: files['detect/plan.toml'],
    },
  }
}

const REFUSED = { selection: undefined, ran: [], trials: 0, tries: 0, trace: [], limit: undefined }

/** The first minor Platform API that is told where the extensions are: the tool that made the vectors has them elsewhere. */
const FIRST_WITH_EXTENSIONS_FLAG = 10
/** The first that is told of system.toml. */
const FIRST_WITH_SYSTEM = 15

/** What detection makes of a vector. Its order files are read first, as the lifecycle reads them. */
export function detectVector(vector: Vector): Detection {
  const minor = parseApiVersion(vector.platformApi)?.minor ?? 0
  const failed = (reason: string): Detection => ({ ...REFUSED, exit: DETECTOR_EXIT.failed, reason })
  const orderText = vector.layersOrder === undefined ? vector.order : vector.layersOrder
  if (orderText === null) return failed('there is no order.toml')
  const analyzed = decoded(vector.analyzed ?? '', (document) => decodeFile(ANALYZED, document))
  const orders = decoded(orderText, decodeOrderFile)
  const systemText = minor >= FIRST_WITH_SYSTEM ? (vector.system ?? '') : ''
  const system = decoded(systemText, (document) => decodeFile(SYSTEM, document))
  if (analyzed.kind === 'refused') return failed(analyzed.reason)
  if (orders.kind === 'refused') return failed(orders.reason)
  if (system.kind === 'refused') return failed(system.reason)
  const { pre, post } = system.value.system ?? {}
  const modules = vector.modules.filter(
    ({ absent, kind }) => absent !== true && (kind === 'buildpack' || minor >= FIRST_WITH_EXTENSIONS_FLAG),
  )
  return detect({
    ...settingsOf(vector),
    ...(vector.analyzed === undefined ? {} : { runImage: imageIn(analyzed.value) }),
    ...orders.value,
    system: { pre: refs(pre?.buildpacks), post: refs(post?.buildpacks) },
    modules: modules.map(moduleOf),
  })
}

function refs(
  list: readonly { readonly id: string | undefined; readonly version: string | undefined }[] = [],
): GroupMember[] {
  return list.map(({ id = '', version = '' }) => ({ kind: 'buildpack', id, version, optional: false }))
}

function settingsOf(vector: Vector): Omit<DetectInput, 'order' | 'orderExtensions' | 'system' | 'modules'> {
  const { env = {}, target, platformApi } = vector
  const byName = new Map(vector.modules.map((module) => [`${module.kind} ${module.id}@${module.version}`, module]))
  return {
    runImage: target === null ? undefined : imageOf(target),
    osRelease: vector.osRelease ?? '',
    arch: 'amd64',
    platformApi,
    apis: APIS,
    execEnv: env['CNB_EXEC_ENV'] || 'production',
    experimental: (env['CNB_EXPERIMENTAL_MODE'] ?? 'error') !== 'error',
    outcomeOf: ({ kind, id, version }) => {
      const module = byName.get(`${kind} ${id}@${version}`)
      return { exit: typeof module?.detect === 'number' ? module.detect : undefined, plan: module?.plan ?? '' }
    },
    limits: DETECT_LIMITS,
  }
}

/** What analyzed.toml says of the run image. */
function imageIn({ 'run-image': image }: Decoded<typeof ANALYZED>): ImageTarget | undefined {
  const { os = '', arch = '', 'arch-variant': variant = '', distro } = image?.target ?? {}
  if (image?.target === undefined) return undefined
  return { os, arch, variant, distro: distro && { name: distro.name ?? '', version: distro.version ?? '' } }
}

function imageOf({ os, arch, variant = '', distro }: VectorImage): ImageTarget {
  return { os, arch, variant, distro: distro && { name: distro.name ?? '', version: distro.version ?? '' } }
}

/** Exits by which the detector ends because of what `bin/generate` did: detection itself had passed. */
const GENERATE_FAILED: readonly number[] = [91, 92]

/** A detection in the words of a vector. */
export function resultOf({ exit, selection, ran, trials, tries }: Detection, expected: VectorResult): VectorResult {
  const isGenerated = exit === DETECTOR_EXIT.passed && !GENERATE_FAILED.includes(expected.exit)
  const plan = selection && (isGenerated ? withoutProvidedByExtensions(selection.plan) : selection.plan)
  const isCrash = exit === DETECTOR_EXIT.crash
  return {
    exit: exit ?? -1,
    group: selection?.group ?? null,
    groupExt: selection?.groupExt ?? null,
    plan: plan === undefined ? null : sorted(plan),
    ran: expected.ran === null ? null : ran,
    // The lifecycle tells of its trials when it ends, and not in a crash.
    trials: isCrash ? 0 : trials,
    tries: isCrash ? 0 : tries,
  }
}

/** What a vector expects of detection: what `bin/generate` leads to comes after. */
export function expectedOf({ exit, group, groupExt, plan, ran, trials, tries }: VectorResult): VectorResult {
  const detected = GENERATE_FAILED.includes(exit) ? DETECTOR_EXIT.passed : exit
  return { exit: detected, group, groupExt, plan: plan && sorted(plan), ran, trials, tries }
}

/** What is left of a plan when extensions have generated: whatever one of them was to provide is gone, for everybody. */
function withoutProvidedByExtensions(entries: readonly PlanEntry[]): readonly PlanEntry[] {
  return entries.filter(({ providers }) => providers.every(({ extension }) => extension !== true))
}

/** The entries of a plan.toml in the order in which vectors have them. */
export function sorted(entries: readonly unknown[]): readonly unknown[] {
  const key = (entry: unknown): string => JSON.stringify((entry as { requires: unknown }).requires)
  return [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
