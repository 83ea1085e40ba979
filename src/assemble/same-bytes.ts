/** Bytes that may be waiting to be compared. What lags further behind was left out. */
const BACKLOG_BYTES = 4 * 1024 * 1024

/** Compares two streams while both go by. */
export class SameBytes {
  readonly #expected: Uint8Array[] = []
  #backlog = 0
  #differs = false

  /** True once the streams are known to differ. */
  get differs(): boolean {
    return this.#differs
  }

  /** The next bytes of the first stream, which must not be written to afterwards. */
  expect(bytes: Uint8Array): void {
    if (this.#differs || bytes.length === 0) return
    this.#expected.push(bytes)
    this.#backlog += bytes.length
    if (this.#backlog > BACKLOG_BYTES) this.#differ()
  }

  /** The next bytes of the second stream, which comes after the first. */
  actual(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0 && !this.#differs;) {
      const [first] = this.#expected
      if (first === undefined) return this.#differ()
      const length = Math.min(first.length, rest.length)
      if (Buffer.compare(first.subarray(0, length), rest.subarray(0, length)) !== 0) return this.#differ()
      if (length === first.length) this.#expected.shift()
      else this.#expected[0] = first.subarray(length)
      this.#backlog -= length
      rest = rest.subarray(length)
    }
  }

  /** True when both streams, now at their ends, were the same. */
  end(): boolean {
    return !this.#differs && this.#expected.length === 0
  }

  #differ(): void {
    this.#differs = true
    this.#expected.length = 0
  }
}
