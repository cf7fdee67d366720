import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** A certificate and its key, as paths of PEM files. */
export interface Certificate {
  cert: string
  key: string
}

/** A certificate authority of the test's own, in a folder of the test's own. */
export class Authority implements Certificate {
  readonly cert: string
  readonly key: string
  readonly #folder: string

  constructor(folder: string, name: string) {
    this.#folder = folder
    this.cert = path.join(folder, `${name}.crt`)
    this.key = path.join(folder, `${name}.key`)
    const out = ['-keyout', this.key, '-out', this.cert]
    openssl('req', '-x509', ...EC, ...out, '-subj', `/CN=${name}`, '-days', '2')
  }

  /** @param names as in `subjectAltName`: `DNS:etcd.example,IP:127.0.0.1`. */
  sign(name: string, names: string): Certificate {
    const file = (ending: string) => path.join(this.#folder, `${name}.${ending}`)
    fs.writeFileSync(
      file('ext'),
      `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`,
    )
    openssl('req', ...EC, '-keyout', file('key'), '-out', file('csr'), '-subj', `/CN=${name}`)
    const signer = ['-CA', this.cert, '-CAkey', this.key, '-CAcreateserial']
    const made = ['-in', file('csr'), '-out', file('crt'), '-extfile', file('ext'), '-days', '2']
    openssl('x509', '-req', ...signer, ...made)
    return { cert: file('crt'), key: file('key') }
  }
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
