import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { goldenInput } from '../support/golden.js'

const CASES = 'fixtures/golden/cases'

/** One platform of a golden builder: where its expected files are, and the builder.toml it was made from. */
export interface GoldenBuilder {
  readonly name: string
  /** Folder with config.json and the TOML files. */
  readonly expected: string
  /** Text of its builder.toml. */
  readonly builderToml: string
  readonly command: string
}

/** Every image that the real pack made of a `builder-*` case. */
export function goldenBuilders(): GoldenBuilder[] {
  return readdirSync(CASES)
    .filter((name) => name.startsWith('builder-'))
    .toSorted()
    .flatMap((name) => {
      const command = readFileSync(`${CASES}/${name}/command.txt`, 'utf8')
      const config = / (?:--config|-c) (\S+)/.exec(command)?.[1]
      const file = [goldenInput('work', String(config)), goldenInput('work', 'builders', `${name}.toml`)].find(
        (candidate) => existsSync(candidate),
      )
      const builderToml = file === undefined ? '' : readFileSync(file, 'utf8')
      return imagesBelow(`${CASES}/${name}/expected`).map((expected) => ({ name, expected, builderToml, command }))
    })
}

function imagesBelow(folder: string): string[] {
  if (existsSync(`${folder}/config.json`)) return [folder]
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'should-be')
    .flatMap((entry) => imagesBelow(`${folder}/${entry.name}`))
}

/** The labels of a golden builder, as text. */
export function labelsOf({ expected }: GoldenBuilder): ReadonlyMap<string, string> {
  const config: { config: { Labels: Record<string, string> } } = JSON.parse(
    readFileSync(`${expected}/config.json`, 'utf8'),
  )
  return new Map(Object.entries(config.config.Labels))
}
