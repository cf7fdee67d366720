import '../../sandboxed.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { adoptedContainer, adoptedHost } from '../../../src/lab/adopted.ts'
import { Lab } from '../../../src/lab/lab.ts'
import { topologyOf } from '../../../src/lab/observe/topology-of.ts'

/** A network namespace that somebody else has made, as a descriptor, for as long as the test lasts. */
async function foreign(t: { teardown: (undo: () => void) => void }): Promise<number> {
  const child = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up; echo; exec cat'])
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const descriptor = fs.openSync(`/proc/${child.pid}/ns/net`, 'r')
  t.teardown(() => fs.closeSync(descriptor))
  return descriptor
}

t.test('a machine that somebody else made is a host of the lab', async t => {
  await using lab = new Lab()
  const host = adoptedHost(lab, 'theirs', await foreign(t))
  const inside = adoptedContainer(host, 'ns1', await foreign(t))
  const wan = await lab.segment('wan')
  const other = await wan.join('other', '192.0.2.2/24')
  await wan.join(host, '192.0.2.1/24')
  await lab.link([host, 'v0', '10.0.0.1/24'], [inside, 'v1', '10.0.0.2/24'])
  await expect(other).toPing(host)
  await expect(inside).toPing('10.0.0.1')
  const { nodes } = await topologyOf(lab)
  t.same(
    nodes.map(({ label, kind }) => `${kind} ${label}`),
    ['segment wan', 'host theirs', 'container ns1', 'host other'],
  )
})

t.test('a lab that is cleared is empty, and is built in again', async t => {
  await using lab = new Lab()
  const before = await lab.host('host')
  const { descriptor } = before.netns
  await lab.clear()
  t.same([lab.nodes, lab.segments], [[], []])
  t.throws(() => before.netns.descriptor, { code: 'TNET_LAB_CLOSED' })
  t.throws(() => fs.fstatSync(descriptor), { code: 'EBADF' })
  const wan = await lab.segment('wan')
  const [one, two] = [await wan.join('host', '192.0.2.1/24'), await wan.join('two', '192.0.2.2/24')]
  await expect(one).toPing(two)
})
