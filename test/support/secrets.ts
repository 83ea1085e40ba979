/**
 * The names of the `secrets` that are in `text`: as they are, URL-encoded, in hex, or in base64 (also the one for URLs) wherever
 * in a longer value they begin. A secret is at least 8 bytes, so that its middle in base64 is no accident.
 */
export function secretsIn(text: string | Uint8Array, secrets: Readonly<Record<string, string>>): string[] {
  const haystack = typeof text === 'string' ? text : Buffer.from(text).toString('latin1')
  const lower = haystack.toLowerCase()
  return Object.keys(secrets).filter((name) => {
    const secret = secrets[name]!
    if (Buffer.byteLength(secret) < SECRET_MIN_LENGTH) throw new Error(`the secret ${name} is too short to be found`)
    const { exact, caseless } = formsOf(secret)
    return exact.some((form) => haystack.includes(form)) || caseless.some((form) => lower.includes(form))
  })
}

const SECRET_MIN_LENGTH = 8

interface Forms {
  readonly exact: readonly string[]
  /** In lower case. */
  readonly caseless: readonly string[]
}

const known = new Map<string, Forms>()

function formsOf(secret: string): Forms {
  let forms = known.get(secret)
  if (forms === undefined) {
    const bytes = Buffer.from(secret)
    const base64 = [0, 1, 2].flatMap((shift) => base64Core(bytes, shift))
    const every = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
    forms = {
      exact: [secret, bytes.toString('latin1'), encodeURIComponent(secret), encodeURI(secret), ...base64],
      caseless: [bytes.toString('hex'), every, encodeURIComponent(secret).toLowerCase()],
    }
    known.set(secret, forms)
  }
  return forms
}

/** The characters that are the same whatever stands before and after the secret, when `shift` bytes stand before it. */
function base64Core(secret: Buffer, shift: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(shift), secret])
  // The first character with a bit of what stands before, and the last one with a bit of what comes after, are left out.
  const start = Math.ceil((shift * 8) / 6)
  const end = Math.floor((padded.length * 8) / 6)
  return [padded.toString('base64').slice(start, end), padded.toString('base64url').slice(start, end)]
}
