import type { ErrorCode } from '../errors.js'
import { limitHint, type Limits } from '../limits.js'
import { hasControl } from './header.js'

/** Why a name cannot be used. */
export interface NameFault {
  readonly code: ErrorCode
  /** Completes a sentence that begins with the name. */
  readonly problem: string
  readonly hint?: string
}

/** Names that need no cleaning, which is nearly all of them: no empty, `.` or `..` part, no slash at either end. */
const CLEAN = /^(?!\.{0,2}(?:\/|$))(?:[^/]+\/(?!\.{0,2}(?:\/|$)))*[^/]+$/

/** `C:` and a separator: absolute, for some. */
const DRIVE = /^[A-Za-z]:(?:[/\\]|$)/

/** Marks that reorder or break the text around them when it is shown. */
const REORDERING = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

/** What marks a file in a layer as one that deletes another. @see OCI image spec, "Whiteouts" */
const WHITEOUT = '.wh.'

/**
 * The relative name that `name` stands for, without empty and `.` parts; empty for the root itself. A name in which two
 * readers might see two places is a fault, and so is one that some file system cannot hold.
 */
export function cleanName(name: string, limits: Limits): string | NameFault {
  if (name === '') return { code: 'E_TAR_NAME_CHARS', problem: 'is empty' }
  if (name.startsWith('/')) {
    return {
      code: 'E_TAR_ABSOLUTE',
      problem: 'is absolute',
      hint: 'make the archive from inside the folder (tar -C DIR .)',
    }
  }
  if (hasControl(name)) return { code: 'E_TAR_NAME_CHARS', problem: 'has a control character' }
  if (name.includes('\\') || DRIVE.test(name)) {
    return { code: 'E_TAR_NAME_CHARS', problem: 'has a backslash or a drive, which some systems take for a path' }
  }
  const clean = CLEAN.test(name) ? name : withoutEmptyParts(name)
  const parts = clean.split('/')
  if (parts.includes('..')) return { code: 'E_TAR_PATH_ESCAPE', problem: 'climbs with `..`' }
  if (parts.some((part) => part.startsWith(WHITEOUT))) {
    return { code: 'E_TAR_WHITEOUT', problem: 'is a whiteout: in a layer it would delete files of others' }
  }
  return tooLong(clean, parts, limits) ?? clean
}

/** `name` without the slashes around it and the parts that mean nothing. `..` stays where it is, to be refused. */
export function withoutEmptyParts(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function tooLong(clean: string, parts: readonly string[], limits: Limits): NameFault | undefined {
  const over = (limit: number, unit: string, name: keyof Limits): NameFault => ({
    code: 'E_TAR_PATH_LIMIT',
    problem: `has more than ${limit} ${unit}`,
    hint: limitHint(name),
  })
  // A character is at most three bytes for each unit, so short names need no counting.
  if (clean.length * 3 > limits.pathBytes && Buffer.byteLength(clean) > limits.pathBytes) {
    return over(limits.pathBytes, 'bytes', 'pathBytes')
  }
  if (parts.length > limits.pathDepth) return over(limits.pathDepth, 'levels', 'pathDepth')
  const long = parts.some(
    (part) => part.length * 3 > limits.componentBytes && Buffer.byteLength(part) > limits.componentBytes,
  )
  return long ? over(limits.componentBytes, 'bytes between two slashes', 'componentBytes') : undefined
}

/** True when showing `name` as it is would show something else. */
export function isDeceptive(name: string): boolean {
  return REORDERING.test(name)
}

/** The same for all names that a file system which ignores case and composition takes for one. */
export function foldedName(name: string): string {
  return /^[\x20-\x40\x5b-\x7e]*$/.test(name) ? name : name.normalize('NFC').toLowerCase()
}

/** The folder that `name` is in; empty for the root. */
export function parentOf(name: string): string {
  const cut = name.lastIndexOf('/')
  return cut < 0 ? '' : name.slice(0, cut)
}

/** True when a relative link target, followed part by part from the folder it is in, never leaves the root. */
export function staysInside(folder: string, target: string): boolean {
  let depth = folder === '' ? 0 : folder.split('/').length
  for (const part of target.split('/')) {
    if (part === '..') depth--
    else if (part !== '' && part !== '.') depth++
    if (depth < 0) return false
  }
  return true
}
