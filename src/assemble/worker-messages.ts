import { CnbError, type Diagnostic, type ErrorCode, type Place } from '../errors.js'
import type { LayerFacts } from './layer-record.js'
import type { LocalSource } from './local-source.js'
import type { MakeSettings } from './make-layer.js'

/** Told to a worker: make the layer, answer with its number. */
export interface LayerOrder {
  readonly number: number
  readonly source: LocalSource
  /** Where the layer is put: a reserved path. */
  readonly temp: string
  readonly settings: MakeSettings
}

/** What a worker answers. */
export type WorkerAnswer =
  /** Its modules are loaded. The first answer of every worker. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly number: number; readonly bytes: number }
  /** All is written but not yet synced: the worker has time for another layer. */
  | { readonly kind: 'written'; readonly number: number }
  | { readonly kind: 'made'; readonly number: number; readonly layer: LayerFacts }
  | { readonly kind: 'failed'; readonly number: number; readonly failure: Failure }

/** An error in a form that survives the way out of a worker, where classes are lost. */
export interface Failure {
  /** undefined when it was not a `CnbError`, so a bug of ours. */
  readonly code: ErrorCode | undefined
  readonly message: string
  readonly stack: string | undefined
  readonly place: Place | undefined
  readonly value: string | undefined
  readonly hint: string | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** `error` as data. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return failureOf(new Error(String(error)))
  const { message, stack } = error
  if (error instanceof CnbError) {
    const { code, place, value, hint, diagnostics } = error
    return { code, message, stack, place, value, hint, diagnostics }
  }
  return { code: undefined, message, stack, place: undefined, value: undefined, hint: undefined, diagnostics: [] }
}

/** The error that `failure` came from, with its stack. */
export function errorOf(failure: Failure): Error {
  const { code, message, stack, ...details } = failure
  const error = code === undefined ? new Error(message) : new CnbError(code, message, details)
  if (stack !== undefined) error.stack = stack
  return error
}
