import fs from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { Authority } from '../ipam/store/certificates.ts'
import { ended, scratch, start, story } from './command-line.ts'

/** Whether a script trusts a server of its own, and what its programs are told. */
const trust = `
  const https = await import('node:https')
  const { readFile } = await import('node:fs/promises')
  const [cert, key] = await Promise.all(['localhost.crt', 'localhost.key'].map(one => readFile(one)))
  const server = https.createServer({ cert, key }, (request, response) => response.end())
  await new Promise<void>(resolve => server.listen('server.sock', resolve))
  const answer = await new Promise(resolve =>
    https
      .get({ socketPath: 'server.sock', servername: 'localhost', agent: false }, response =>
        resolve(response.resume().statusCode),
      )
      .on('error', ({ code }: NodeJS.ErrnoException) => resolve(code)),
  )
  note('itself: ' + answer)
  server.close()
  const host = await lab.host('host')
  const { stdout } = await host.$\`node -p process.env.NODE_EXTRA_CA_CERTS\`
  note('its programs: ' + stdout.trim())
`

async function notesOf(t: Test, env: NodeJS.ProcessEnv): Promise<string> {
  const folder = scratch(t)
  fs.chmodSync(folder, 0o755)
  new Authority(folder, 'ca').sign('localhost', 'DNS:localhost')
  fs.writeFileSync(path.join(folder, 'story.ts'), story(trust))
  const { exitCode, stdout } = await ended(start(['run', 'story.ts'], { cwd: folder, env }))
  t.equal(exitCode, 0, stdout)
  return stdout
}

t.test('the sandbox itself does without NODE_EXTRA_CA_CERTS, and hands it on', async t => {
  const stdout = await notesOf(t, { NODE_EXTRA_CA_CERTS: 'ca.crt' })
  t.match(stdout, /itself: UNABLE_TO_VERIFY_LEAF_SIGNATURE/)
  t.match(stdout, /its programs: ca\.crt/)
})

t.test('and trusts what --use-openssl-ca finds', async t => {
  const env = { SSL_CERT_FILE: 'ca.crt', NODE_OPTIONS: '--use-openssl-ca' }
  const stdout = await notesOf(t, { ...env, NODE_EXTRA_CA_CERTS: undefined })
  t.match(stdout, /itself: 200/)
  t.match(stdout, /its programs: undefined/)
})
