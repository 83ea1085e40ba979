import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate and its key, as PEM and as files. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

/** An authority that signs whatever a test needs. */
export interface Authority extends Certificate {
  /** A certificate for these names and addresses of the loopback; it is also good for clients. */
  issue(name: string, options?: IssueOptions): Certificate
}

export interface IssueOptions {
  /** Such as `DNS:localhost`, `IP:127.0.0.1`; both when not given. */
  readonly names?: readonly string[]
  /** Days it is good for from now; 30. Below 0 it has been over for so long. */
  readonly days?: number
}

/** Makes an authority, with the program `openssl`, in `directory`. */
export function makeAuthority(directory: string): Authority {
  const own = files(directory, 'ca')
  const subject = ['-subj', '/CN=test authority', '-days', '30']
  openssl(['req', '-x509', ...NEW_KEY, '-keyout', own.keyFile, '-out', own.certFile, ...subject])
  return {
    ...own,
    cert: readFileSync(own.certFile, 'utf8'),
    key: readFileSync(own.keyFile, 'utf8'),
    issue(name, { names = ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1'], days = 30 } = {}) {
      const made = files(directory, name)
      const request = join(directory, `${name}.csr`)
      const extensions = join(directory, `${name}.ext`)
      writeFileSync(extensions, `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth,clientAuth\n`)
      openssl(['req', ...NEW_KEY, '-keyout', made.keyFile, '-out', request, '-subj', `/CN=${name}`])
      const by = ['-CA', own.certFile, '-CAkey', own.keyFile, '-CAcreateserial', '-extfile', extensions]
      openssl(['x509', '-req', '-in', request, ...by, '-out', made.certFile, '-days', String(days)])
      return { ...made, cert: readFileSync(made.certFile, 'utf8'), key: readFileSync(made.keyFile, 'utf8') }
    },
  }
}

/** A key of the kind that takes no time to make. */
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

function files(directory: string, name: string): { readonly certFile: string; readonly keyFile: string } {
  return { certFile: join(directory, `${name}.crt`), keyFile: join(directory, `${name}.key`) }
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
