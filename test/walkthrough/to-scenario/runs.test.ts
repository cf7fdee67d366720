import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start } from '../../cli/command-line.ts'
import { dockerBridge, masquerade, vethPair } from './documents.ts'
import { document, scenarioOf, typeErrorsOf } from './written.ts'

t.setTimeout(600_000)

/** Runs the scenario out of a document. */
async function ran(t: { teardown: (undo: () => void) => void }, text: string) {
  const folder = scratch(t)
  fs.writeFileSync(path.join(folder, 'written.ts'), scenarioOf(text))
  return ended(start(['run', 'written.ts'], { cwd: folder }))
}

for (const [what, text] of Object.entries({ dockerBridge, masquerade, vethPair })) {
  t.test(`the scenario out of a document does what the document shows: ${what}`, async t => {
    const { exitCode, stdout, stderr } = await ran(t, text)
    t.equal(exitCode, 0, stdout + stderr)
    t.match(stdout, '1 passed, 0 failed')
  })
}

t.test('it has pages as the document shows them', async t => {
  const text = document(
    '$ ip addr show eth0',
    '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500',
    '    inet 192.0.2.5/24 brd 192.0.2.255 scope global eth0',
    '$ curl -I example.com',
    'HTTP/1.1 301 Moved Permanently',
    'Location: http://www.example.com/',
    '$ curl example.org',
    'hello',
  )
  t.equal(typeErrorsOf([scenarioOf(text)]), '')
  const { exitCode, stdout, stderr } = await ran(t, text)
  t.equal(exitCode, 0, stdout + stderr)
  t.match(stdout, '✓ host curls HEAD http://198.51.100.1/ with status 301')
})

t.test('and fails where a command does not do what the document shows', async t => {
  const { exitCode, stdout } = await ran(
    t,
    dockerBridge.replace('addr add 172.18.0.3/16', 'addr add 172.18.0.4/16'),
  )
  t.equal(exitCode, 1)
  t.match(stdout, /✗ netns_B has a route 172\.18\.0\.0/)
})
