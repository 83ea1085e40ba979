import { describe, expect, test } from 'vitest'
import { DESCRIPTOR_FILES, type DescriptorKind } from '#src/cnb/descriptor-files.js'
import { FIXABLE_RULES } from '#src/fix/fixers.js'
import { CATALOGUE, RULES_LEFT_OUT } from '#src/rules/catalogue.js'
import { EXAMPLES } from '#src/rules/examples/all.js'
import { fixed } from './fixed.js'

const KINDS = Object.keys(DESCRIPTOR_FILES) as DescriptorKind[]
const RULES = [...FIXABLE_RULES].sort()

test('what is mended is what rules say', () => {
  expect(RULES.filter((rule) => !CATALOGUE.has(rule) && !RULES_LEFT_OUT.has(rule))).toEqual([])
})
