import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classifyLocator } from '#src/cnb/locator.js'
import { printReference } from '#src/oci/reference.js'
import { mayExist } from '#src/sources/paths.js'
import { indexRepository } from '../support/index-repository.js'
import { groundFor, packOn, pushBases, type Ground, type NamingFile } from './pack-ground.js'
import { peer, startRegistry } from './peer.js'

/** How many locators; `TROWEL_CASES=2000` is the long form. */
const CASES = Number(process.env['TROWEL_CASES'] ?? 60)
/** The same in every run of the suite, whose result must not depend on luck; `TROWEL_SEED` tries others. */
const SEED = Number(process.env['TROWEL_SEED'] ?? 20_261_121)

/** A locator, what lies there, and which file names it. */
interface Case {
  readonly text: string
  /** Beside the file that names it, where the user stands, or nowhere. */
  readonly there: readonly ('base' | 'cwd')[]
  readonly as: 'directory' | 'file'
  readonly file: NamingFile
}

const SHA = `sha256:${'0123456789abcdef'.repeat(4)}`
/** One of the words of a text. */
const oneOf = (words: string): fc.Arbitrary<string> => fc.constantFrom(...words.split(' '))
/** What is sound, or with a weight against it something odd. */
const either = (sound: fc.Arbitrary<string>, weight: number, odd: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight, arbitrary: sound }, { weight: 1, arbitrary: odd })

const HOSTS = 'gcr.io/ localhost/ localhost:5000/ r.test:5000/ 127.0.0.1:5000/ [::1]:5000/ docker.io/ index.docker.io/'
const SCHEMES = 'docker:// docker:/ docker:/// docker: urn:cnb:registry: urn:cnb:builder: from=builder from=builder:'
const ODD_SCHEMES =
  'oci: oci:/ s3:// git+ssh:// C:/ C:\\ \\\\host\\share\\ c: DOCKER:// Docker:/ docker://// URN:CNB:REGISTRY: urn:cnb: urn:cnb:registry urn:cnb:registry:urn:cnb:registry: urn:cnb:builder:urn:cnb:registry: From=Builder from=builder:urn:cnb:builder: ftp:// :// :/ a:/b: docker://docker://'
const FILE_SCHEMES = 'file:/// file:// file:/ file: FILE:/// file:////  file://localhost/'
const ODD_SUFFIXES =
  ': :A_b-c. :-x :.x @1.0 @v1.0.0 @latest @1.0.0-rc.1+x @01.0.0 @1.0.0-01 @1.0.0- @1.0.0+ @1.0.0+é @ @@ @sha256:abc @sha512:abc #x ?x=1 @1.0.0@2.0.0 :1@1.0.0 @1.0.0:1 :latest@latest'

const part = either(
  oneOf('a b acme java ubuntu a-b a.b x.cnb'),
  4,
  fc.oneof(
    fc.constantFrom('a b', ' ', '\t', '', 'a\n', 'a'.repeat(128), 'e\u0301', '\u00a0'),
    oneOf(
      '. .. a..b a_b A - ~ ~root $HOME é ß %41 %2e%2e %2F a% %zz a:b a\\b * ? [a] {a} -x --x .a a. a.. 0 ＡＢ 模块 👩‍🚀',
    ),
  ),
)
const start = either(fc.constant(''), 1, oneOf(`${HOSTS} :80/ r.test:/ r.test:x/ urn:cnb/ / ./ ../ /abs/`))
const end = either(fc.constant(''), 4, fc.constant('/'))
const path = fc
  .tuple(start, fc.array(part, { maxLength: 3 }), end)
  .map(([start, parts, end]) => `${start}${parts.join('/')}${end}`)
const scheme = either(fc.constant(''), 1, oneOf(`${SCHEMES} ${ODD_SCHEMES} ${FILE_SCHEMES}`))
const suffix = either(
  fc.constantFrom('', ':1', ':1.0.0', '@1.0.0', `@${SHA}`, `:1@${SHA}`),
  4,
  oneOf(`${ODD_SUFFIXES} @${SHA.toUpperCase()} @${SHA}@${SHA}`),
)
const locator: fc.Arbitrary<Case> = fc.record({
  text: fc.tuple(scheme, path, suffix).map((parts) => parts.join('')),
  there: fc.constantFrom([], [], ['base'], ['cwd'], ['base', 'cwd']),
  as: fc.constantFrom('directory', 'file'),
  file: fc.constantFrom('builder.toml', 'package.toml'),
})

/** In our words. */
function kindIn(said: string, text: string, mirror: string): string {
  const [, image] = /image '(.*)' does not exist in registry/.exec(said) ?? []
  const [, uri] = /(?:downloading buildpack from|extracting from) '([^]*?)':/.exec(said) ?? []
  if (/invalid locator|could not parse reference|is not a valid identifier|unsupported protocol/.test(said)) {
    return /FromBuilder|identifier/.test(said) ? 'builder-id' : 'invalid'
  }
  if (/locating in registry/.test(said)) return 'registry'
  if (image !== undefined) return `image ${image.replace(`${mirror}/`, '')}`
  if (uri === undefined) return `unknown: ${said}`
  if (!uri.startsWith('file://')) return 'invalid'
  const path = uri.slice('file://'.length)
  return `path ${text.startsWith('file:') ? resolve(decoded(path)) : path}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function ours({ text }: Case, { base }: Ground): string {
  const found = classifyLocator(text, (path) => mayExist(resolve(base, path)))
  switch (found.kind) {
    case 'image': {
      const { repository, selector } = found.reference
      return `image ${printReference({ repository: { ...repository, registry: '' }, selector }).slice(1)}`
    }
    case 'path':
      return `path ${resolve(base, found.path)}`
    case 'registry-id':
      return 'registry'
    case 'url':
    case 'builder-id':
    case 'invalid':
      return found.kind
  }
}

/** Puts something where a locator leads, if it can be, and never outside of what is removed with the test. */
function place({ text, there, as }: Case, ground: Ground): void {
  for (const where of there) {
    const at = resolve(ground[where], text)
    if (!at.startsWith(`${ground.root}/`)) continue
    try {
      mkdirSync(as === 'file' ? dirname(at) : at, { recursive: true })
      if (as === 'file') writeFileSync(at, 'neither an archive nor a directory')
    } catch {
      // A file is where a folder would have to be.
    }
  }
}

/** Why a locator may be another thing to us; the rows are in docs/differences-from-pack.md. */
function reasonFor({ text }: Case, ours: string, theirs: string): string | undefined {
  if (/^docker:\/+[^/]*:\d+\//.test(text) && theirs === 'invalid') return 'a registry with a port'
  if (/^file:/i.test(text) && !/^file:\/\/\/(?!\/)/.test(text)) return 'a file: URL of another form'
  if (/^urn:cnb:registry:[^@]*@(?:$|.*@)/.test(text) && theirs === 'registry') return 'a version that cannot be one'
  const [, host = ''] = /^(?:docker:\/{1,3})?([^/]*)\//.exec(text) ?? []
  if (ours === 'invalid' && theirs.startsWith('image') && /^:|[^\w.:[\]-]|^[^[]*:.*:/.test(host))
    return 'a host that cannot be one'
  if (ours.startsWith('path') && /^(?:\.{0,2}\/|\.\.?$)|\/$/.test(text)) return 'a path is one also when it is missing'
  return undefined
}

test(
  'a locator is to pack what it is to us, but for the differences that are listed',
  { timeout: 3_600_000 },
  async (context) => {
    const pack = peer(context, 'pack')
    const crane = peer(context, 'crane')
    const registry = await startRegistry(crane)
    const { url } = indexRepository({ 'other/one': [] })
    pushBases(crane, registry)
    try {
      const seen = new Map<string, number>()
      const wrong: string[] = []
      for (const [i, one] of fc.sample(locator, { numRuns: CASES, seed: SEED }).entries()) {
        const ground = groundFor(pack, registry, url)
        place(one, ground)
        const them = kindIn(await packOn(one.text, one.file, ground), one.text, registry.host)
        const us = ours(one, ground)
        const outcome = us === them ? `both ${us.split(' ')[0]}` : (reasonFor(one, us, them) ?? 'not the same')
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
        if (outcome === 'not the same') wrong.push(`${i}: ${JSON.stringify(one)}\n  ours   ${us}\n  theirs ${them}`)
      }
      console.log([...seen].map(([outcome, count]) => `${count} ${outcome}`).join(', '))
      expect(wrong.join('\n')).toBe('')
      expect(seen.size).toBeGreaterThan(4)
    } finally {
      await registry.stop()
    }
  },
)
