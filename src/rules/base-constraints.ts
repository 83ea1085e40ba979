import { LABEL } from '../cnb/labels.js'
import { startingLabels } from '../plan/base-builder.js'
import { normaliseReference, parseReference, printRepository } from '../oci/reference.js'
import type { KeyPath } from '../toml/document.js'
import { builderAdvice, type Judged, type Rule } from './rule.js'
import type { BaseConstraint, BuilderSubject } from './subjects.js'

/** A base image with what it says of its release. */
interface Release {
  readonly what: string
  readonly reference: string
  readonly path: KeyPath
  /** Text of the label; empty when it has none. */
  readonly released: string
}

const baseTooOld = builderAdvice({
  id: 'base-older-than-required',
  severity: 'error',
  summary: 'a base image was released before the day that trowel.toml asks for',
  reference: 'trowel.toml, [[check.base]]',
  needs: ['baseConstraints', 'config', 'locate', 'base', 'runImages'],
  whole: ['runImages'],
  check(input, report) {
    for (const { what, reference, path, released } of releases(input)) {
      for (const constraint of input.baseConstraints.filter(({ image }) => isMeant(image, reference))) {
        const problem = problemOf(released, constraint)
        if (problem === undefined) continue
        const { file, line } = constraint.place
        report({
          message: `${what} ${reference} ${problem}, but ${constraint.releasedSince} or later is wanted`,
          place: input.locate(path),
          value: reference,
          notes: [`${file}${line === undefined ? '' : `:${line}`} wants it${reasonOf(constraint)}`],
          fix: 'take a newer release of the image, or whatever asks for it out of the builder',
        })
      }
    }
  },
})

type Bases = Judged<BuilderSubject> & Pick<BuilderSubject, 'config' | 'base' | 'runImages'>

function releases({ config, base, labels, runImages }: Bases): Release[] {
  const ofBase = startingLabels(base.config.labels, labels ?? new Map())
  const build: Release = {
    what: 'build image',
    reference: config.buildImage,
    path: ['build', 'image'],
    released: ofBase.get(LABEL.released) ?? '',
  }
  const run = runImages.flatMap(({ reference, path, found }): Release[] =>
    typeof found === 'string'
      ? []
      : [{ what: 'run image', reference, path, released: found.labels.get(LABEL.released) ?? '' }],
  )
  return [build, ...run]
}

function isMeant(image: string, reference: string): boolean {
  if (/[:@][^/]+$/.test(image)) return normaliseReference(image) === normaliseReference(reference)
  const [wanted, named] = [image, reference].map((text) => parseReference(text)?.repository)
  return wanted !== undefined && named !== undefined && printRepository(wanted) === printRepository(named)
}

function reasonOf({ reason }: BaseConstraint): string {
  return reason === '' ? '' : `: ${reason}`
}

/** A day, with whatever follows it: `2026-01-31`, `2026-01-31T08:00:00Z`. */
const DAY = /^(\d{4}-\d{2}-\d{2})(?:$|[T ])/

function problemOf(released: string, { releasedSince }: BaseConstraint): string | undefined {
  if (released === '') return `does not say in label ${LABEL.released} when it was released`
  const day = DAY.exec(released)?.[1]
  if (day === undefined) return `says in label ${LABEL.released} that it was released ${released}, which is no day`
  return day < releasedSince ? `was released ${day}` : undefined
}

/** What trowel.toml wants of base images. */
export const BASE_CONSTRAINT_ADVICE: readonly Rule<BuilderSubject>[] = [baseTooOld]
