import { expect, test } from 'vitest'
import { COMMANDS } from '#src/cli/commands.js'
import * as library from '#src/index.js'

/** The function of each verb; undefined for what looks after files of the user's or helps the shell, or says who we are. */
const VERBS: Readonly<Record<string, keyof typeof library | undefined>> = {
  'builder create': 'createBuilder',
  'builder inspect': 'inspectBuilder',
  'buildpack inspect': 'inspectPackage',
  'buildpack new': 'newModule',
  'buildpack package': 'packageModule',
  'buildpack pull': 'pullBuildpack',
  'buildpack register': 'registerBuildpack',
  'buildpack yank': 'yankBuildpack',
  'extension inspect': 'inspectPackage',
  'extension new': 'newModule',
  'extension package': 'packageModule',
  'sbom download': 'downloadSbom',
  cache: undefined,
  check: 'checkFiles',
  'check --fix': 'fixFiles',
  'check --matrix': 'checkMatrix',
  completion: undefined,
  config: undefined,
  copy: 'copyImage',
  explain: 'explain',
  inspect: 'inspectApp',
  order: 'showOrder',
  schema: 'fileSchema',
  version: undefined,
}

const EXPORTS: ReadonlyMap<string, unknown> = new Map(Object.entries(library))

test('every verb of the command line is a function of the library', () => {
  for (const { words, isHidden, flags } of COMMANDS) {
    if (isHidden === true) continue
    const verb = words.join(' ')
    const modes = flags.map(({ name }) => `${verb} --${name}`).filter((mode) => mode in VERBS)
    for (const name of [verb in VERBS ? verb : (words[0] ?? ''), ...modes]) {
      expect(VERBS, name).toHaveProperty(name)
      const exported = VERBS[name]
      if (exported !== undefined) expect(EXPORTS.get(exported), name).toBeTypeOf('function')
    }
  }
})

test('and every verb here is one of the command line', () => {
  const known = COMMANDS.map(({ words }) => words.join(' '))
  const unknown = Object.keys(VERBS).filter((verb) => !known.some((words) => words.startsWith(verb.split(' --')[0]!)))
  expect(unknown).toEqual([])
})
