import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cacheDirectory, commaList, flag, list, operand, runOptions, single, wholeNumber } from '#src/cli/arguments.js'
import type { CnbError } from '#src/errors.js'
import { COMMANDS, WORD_ALIASES } from '#src/cli/commands.js'
import { helpFor } from '#src/cli/help.js'
import { parseCommandLine } from '#src/cli/parse.js'
import { hostIn } from '../support/host.js'
import { OFFLINE } from '../support/offline.js'

const argsOf = async (...flags: string[]) => (await parseCommandLine(['builder', 'create', 'acme/b', ...flags])).args

describe('a command line names a command', () => {
  test.each(COMMANDS.map((command) => [command.words.join(' '), command] as const))('%s', async (_, command) => {
    const operands = command.operands.flatMap(({ count }) => (count === 'optional' ? [] : ['x/y']))
    expect((await parseCommandLine([...command.words, ...operands])).command).toBe(command)
    expect((await parseCommandLine(['--quiet', ...command.words, '-v', ...operands])).command).toBe(command)
    if (command.isAssumed === true) {
      expect((await parseCommandLine(command.words.slice(0, -1))).command).toBe(command)
    }
    await expect(command.load()).resolves.toBeTypeOf('function')
  })

  test.each(Object.entries(WORD_ALIASES))('%s means %s', async (alias, word) => {
    const command = COMMANDS.find(({ words }) => words.includes(word))
    const words = (command?.words ?? []).map((one) => (one === word ? alias : one))
    const operands = (command?.operands ?? []).map(() => 'x/y')
    expect((await parseCommandLine([...words, ...operands])).command).toBe(command)
  })

  test('and has a help that names all of its flags and operands', () => {
    for (const { words, flags, operands } of COMMANDS) {
      const help = helpFor([...words, '--help'])
      for (const { name } of flags) expect(help).toContain(`--${name}`)
      for (const { name } of operands) expect(help).toContain(name)
    }
  })

  test('the help says of every flag that takes one value what holds without it, or that it is needed', () => {
    const changesNothing = ['ca', 'outcomes', 'older-than', 'max-bytes']
    for (const { words, flags } of COMMANDS) {
      const help = helpFor([...words, '--help'])
      for (const flag of flags.filter(({ kind, name }) => kind === 'text' && !changesNothing.includes(name))) {
        const note = flag.isRequired === true ? '(required)' : `(default: ${flag.default})`
        expect(help).toContain(`--${flag.name} ${flag.value}`)
        expect(help, flag.name).toContain(`${flag.help} ${note}`)
        expect(flag.default !== undefined, flag.name).toBe(flag.isRequired !== true)
      }
    }
  })

  test('the help says in one way what is needed, what holds otherwise, and what may be repeated', () => {
    expect(helpFor(['builder', 'create', '--help'])).toMatch(/--config FILE +builder.toml \(required\)$/m)
    expect(helpFor(['config', 'run-image-mirrors', 'add', '-h'])).toContain(' (required; may be given several times)\n')
    expect(helpFor(['check', '-h'])).toContain(' (default: those of the files; may be given several times)\n')
    expect(helpFor(['explain', '-h'])).toContain(' (default: all of them)\n')
  })

  test('no two flags of a command have one name', () => {
    for (const { flags } of COMMANDS) {
      const names = flags.flatMap(({ name, short, also = [] }) => [
        name,
        ...(short === undefined ? [] : [short]),
        ...also,
      ])
      expect(new Set(names).size).toBe(names.length)
    }
  })
})

test.each(['-r', '-R', '--registry', '--buildpack-registry'])(
  '%s names a buildpack registry for every command that asks one',
  async (spelling) => {
    const asking = COMMANDS.filter(({ flags }) =>
      flags.some(({ also }) => also?.includes('registry') || also?.includes('buildpack-registry')),
    )
    expect(asking.length).toBeGreaterThan(5)
    for (const { words, operands, flags } of asking) {
      const name = flags.find(({ also }) => also !== undefined)?.name ?? ''
      const { args } = await parseCommandLine([...words, ...operands.map(() => 'x/y'), spelling, 'mine'])
      expect(args[name], words.join(' ')).toBe('mine')
    }
  },
)

describe('an operand that is missing', () => {
  const needed = COMMANDS.map(({ words, operands }) => ({
    words,
    names: operands.filter(({ count }) => count === 'one' || count === 'several').map(({ name }) => name),
  })).filter(({ names }) => names.length > 0)

  test.each(needed.map(({ words, names }) => [words.join(' '), words, names] as const))(
    'is named, with the line that says how %s is used',
    async (text, words, names) => {
      for (const [i, name] of names.entries()) {
        const given = names.slice(0, i).map(() => 'x/y')
        const error = await parseCommandLine([...words, '--quiet', ...given]).catch((error: CnbError) => error)
        expect(error).toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining(`usage: trowel ${text} `) })
        expect(error).toMatchObject({ message: expect.stringMatching(new RegExp(`^${name} .* missing$`)) })
      }
    },
  )

  test('is told with what it is', async () => {
    await expect(parseCommandLine(['copy'])).rejects.toMatchObject({
      message: expect.stringMatching(/^FROM \(oci:DIR.*\) and TO \(.*\) are missing$/),
      hint: 'usage: trowel copy FROM TO... [FLAGS]',
    })
  })
})

test('a flag of any command that has no value is told with what stands for one', async () => {
  for (const { words, operands, flags } of COMMANDS) {
    const given = operands.flatMap(({ count }) => (count === 'optional' ? [] : ['x/y']))
    for (const { name, short, value } of flags.filter(({ kind }) => kind !== 'switch')) {
      for (const written of [[`--${name}`], short === undefined ? [] : [`-${short}`], [`--${name}`, '--quiet']].filter(
        ({ length }) => length > 0,
      )) {
        await expect(parseCommandLine([...words, ...given, ...written]), written.join(' ')).rejects.toMatchObject({
          code: 'E_USAGE',
          message: `--${name} has no value`,
          hint: `write --${name}=${value}`,
        })
      }
    }
  }
})

describe('a command line that would be misread', () => {
  const said = async (...argv: string[]): Promise<string> =>
    parseCommandLine(argv).then(
      () => '',
      ({ code, message, hint }: CnbError) => `${code} ${message}; ${hint}`,
    )

  test('a dash alone is refused, and not left out', async () => {
    for (const argv of [
      ['check', '-'],
      ['copy', '-', 'oci:x'],
      ['explain', '-'],
      ['buildpack', 'package', 'x', '--to', '-'],
    ])
      expect(await said(...argv)).toMatch(/^E_USAGE - stands for no file/)
  })

  test('what stands behind -- is refused, and not left out', async () => {
    expect(await said('check', '--', '-x')).toMatch(/^E_USAGE -- keeps -x from being seen; leave out --/)
    expect(await said('config', 'registries', 'list', '--', 'x')).toMatch(/^E_USAGE/)
    expect(await said('buildpack', 'new', '--', 'acme/x')).toMatch(/^E_USAGE ID .* is missing/)
  })

  test('a switch is on or off', async () => {
    for (const value of ['yes', '1', 'maybe', '', 'TRUE']) {
      expect(await said('buildpack', 'package', 'x', `--publish=${value}`)).toMatch(/^E_USAGE --publish is on or off/)
    }
    for (const value of ['true', 'false'])
      expect(await said('buildpack', 'package', 'x', `--publish=${value}`)).toBe('')
  })
})

describe('a flag that there is not', () => {
  const hintFor = async (...argv: string[]): Promise<string | undefined> =>
    parseCommandLine(argv).then(
      () => undefined,
      (error: CnbError) => error.hint,
    )

  test.each([
    [['buildpack', 'package', 'x', '--publsh'], '--publish'],
    [['buildpack', 'package', 'x', '--lable=a=b'], '--label'],
    [['copy', 'a', 'b', '--verfy-tag'], '--verify-tag'],
    [['copy', 'a', 'b', '--quite'], '--quiet'],
  ])('%j has the nearest one of its command as a hint', async (argv, flag) => {
    expect(await hintFor(...argv)).toContain(`did you mean ${flag}?`)
  })

  test('is not guessed at when nothing is near, nor when it is no flag', async () => {
    for (const word of ['--wholly-different', 'quite']) {
      expect(await hintFor('version', word)).toMatch(/^see trowel --help/)
    }
  })
})

test.each([
  [['inspect', 'acme/app', '--bom'], 'trowel sbom download'],
  [['extension', 'register', 'acme/ext'], 'a buildpack registry lists buildpacks only'],
  [['create-builder', 'acme/b', '--builder-config', 'b.toml'], 'trowel builder create'],
  [['manifest', 'create', 'a', 'b'], 'one index'],
  [['stack', 'suggest'], 'stacks are deprecated'],
  [['build', 'acme/app', '--path=.'], 'pack build'],
])('%j, which pack has, is answered by what to do instead', async (argv, instead) => {
  await expect(parseCommandLine(argv)).rejects.toMatchObject({
    code: 'E_USAGE',
    message: expect.stringMatching(/^[a-z -]+ is for pack, and trowel has no such thing$/),
    hint: expect.stringContaining(instead),
  })
})

test('flags of a command may stand before the words that name it', async () => {
  const lines = [
    ['--json', 'buildpack', 'package', 'x/y', '--to', 'oci:check'],
    ['--to', 'oci:check', '--json', 'buildpacks', 'package', 'x/y'],
    ['--to=oci:check', 'buildpack', 'package', '--json', 'x/y'],
  ]
  for (const line of lines) {
    const { command, args } = await parseCommandLine(line)
    expect(command.words).toEqual(['buildpack', 'package'])
    expect([operand(args, 'NAME'), flag(args, 'json'), list(args, 'to')]).toEqual(['x/y', true, ['oci:check']])
  }
  const assumed = ['--allow-index-scheme', 'file', 'config', 'registries']
  await expect(parseCommandLine(assumed)).rejects.toMatchObject({ code: 'E_USAGE' })
  expect((await parseCommandLine(['--format', 'json', 'check'])).command.words).toEqual(['check'])
  await expect(parseCommandLine(['--wholly-different', 'check'])).rejects.toMatchObject({ code: 'E_USAGE' })
})

describe('the values of flags', () => {
  test('a switch can be said to be off, and the last word counts', async () => {
    expect(flag(await argsOf('--publish'), 'publish')).toBe(true)
    expect(flag(await argsOf('--publish=false'), 'publish')).toBe(false)
    expect(flag(await argsOf('--publish', '--publish=false'), 'publish')).toBe(false)
    expect(flag(await argsOf(), 'publish')).toBe(false)
  })

  test('of a text the last one counts', async () => {
    expect(single(await argsOf('--config', 'a', '-c', 'b'), 'config')).toBe('b')
    expect(single(await argsOf(), 'config')).toBeUndefined()
  })

  test('a list holds all of them, in order, and one of tags may hold several', async () => {
    expect(list(await argsOf('--to', 'a', '--to', 'b,c'), 'to')).toEqual(['a', 'b,c'])
    expect(commaList(await argsOf('--tag', 'a,b', '--tag', 'c'), 'tag')).toEqual(['a', 'b', 'c'])
    expect(list(await argsOf(), 'to')).toEqual([])
  })

  test('a value that looks like a number, a flag or nothing stays what it is', async () => {
    const args = await argsOf('--config', '007', '--created-by=--x', '--ca', '')
    expect(['config', 'created-by', 'ca'].map((name) => single(args, name))).toEqual(['007', '--x', ''])
  })

  test('operands stay what they are wherever the flags stand', async () => {
    const flags = [['--quiet'], ['--tag', 'a'], ['--publish'], ['-c', 'x.toml'], ['--offline=false']]
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(flags), fc.nat({ max: 5 }), async (chosen, at) => {
        const line = [...chosen.slice(0, at), ['acme/b:1'], ...chosen.slice(at)].flat()
        const { args } = await parseCommandLine(['builder', 'create', ...line])
        expect(operand(args, 'NAME')).toBe('acme/b:1')
      }),
      { numRuns: 30 },
    )
  })

  test.each(['-1', '1.5', '1e3', '0x10', '', '9007199254740993'])('%j is no whole number', async (text) => {
    const args = await argsOf(`--jobs=${text}`)
    expect(() => wholeNumber(args, 'jobs', 1)).toThrow(/--jobs wants a whole number from 1 on/)
  })

  test('the network is left alone unless something is said of it', async () => {
    expect(runOptions(await argsOf(), hostIn('/cwd'))).toMatchObject({ ...OFFLINE, offline: false })
  })

  test('the cache is where the flag says, or else one variable after the other', async () => {
    const host = { ...hostIn('/cwd', { TROWEL_CACHE_DIR: 'own', XDG_CACHE_HOME: '/xdg' }), home: '/home' }
    const without = (...names: string[]) => ({
      ...host,
      env: Object.fromEntries(Object.entries(host.env).filter(([name]) => !names.includes(name))),
    })
    const args = await argsOf()
    expect(cacheDirectory(await argsOf('--cache-dir', 'here'), host)).toBe('/cwd/here')
    expect(cacheDirectory(args, host)).toBe('/cwd/own')
    expect(cacheDirectory(args, without('TROWEL_CACHE_DIR'))).toBe('/xdg/trowel')
    expect(cacheDirectory(args, without('TROWEL_CACHE_DIR', 'XDG_CACHE_HOME'))).toBe('/home/.cache/trowel')
    expect(cacheDirectory(args, hostIn('/cwd'))).toBeUndefined()
    expect(cacheDirectory(await argsOf('--no-cache', '--cache-dir', 'here'), host)).toBeUndefined()
  })
})
