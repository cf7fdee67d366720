import os from 'node:os'
import t from 'tap'
import { adviceOn, wouldAddLinks } from '../../../src/kernel/probe/modules.ts'

const dummy = { name: 'dummy', options: 'numdummies=0', addsLink: 'dummy0' }
const vrf = { name: 'vrf' }
const release = os.release()
const list = 'kernel/drivers/net/dummy.ko.zst: kernel/x.ko\nkernel/net/bridge/br_netfilter.ko:\n'
const modules = { [release]: { 'modules.dep': list } }

const debian = { proc: { modules: '' }, lib: { modules }, etc: { 'os-release': 'ID=debian\n' } }
const ubuntu = { ...debian, etc: { 'os-release': 'NAME="Ubuntu"\nID=ubuntu\n' } }

t.test('a kernel that loads no modules gets no modprobe', async t => {
  t.same(adviceOn(dummy, t.testdir({ lib: { modules } })), { words: 'which loads no modules' })
})

t.test('a module that is there is loaded without links of its own', async t => {
  t.match(adviceOn(dummy, t.testdir(debian)), { command: 'sudo modprobe dummy numdummies=0' })
})

t.test('a module is found whichever way its name is written', async t => {
  const root = t.testdir(debian)
  t.match(adviceOn({ name: 'br-netfilter' }, root), { command: 'sudo modprobe br-netfilter' })
  t.notOk(adviceOn({ name: 'netfilter' }, root).command, 'a part of a name is not the name')
})

t.test('a module that is loaded is not loaded again', async t => {
  const root = t.testdir({ ...debian, sys: { module: { br_netfilter: {} } } })
  const words = 'although module "br_netfilter" is loaded'
  t.strictSame(adviceOn({ name: 'br_netfilter' }, root), { words })
})

t.test('a kernel that came without the module', async t => {
  t.strictSame(adviceOn(vrf, t.testdir(debian)), { words: 'which came without module "vrf"' })
})

t.test('Ubuntu keeps some modules in a package of their own', async t => {
  const command = `sudo apt-get install -y linux-modules-extra-${release} && sudo modprobe vrf`
  t.match(adviceOn(vrf, t.testdir(ubuntu)), { command })
})

t.test('a container does not see the modules of its kernel', async t => {
  const advice = adviceOn(vrf, t.testdir({ proc: { modules: '' } }))
  t.match(advice, { words: /load "vrf" on the machine itself/, command: undefined })
})

t.test('what would add links to the machine is not tried', async t => {
  t.equal(wouldAddLinks(dummy, t.testdir(debian)), true)
})

t.test('what may add links to the machine is not tried', async t => {
  t.equal(wouldAddLinks(dummy, t.testdir({ proc: { modules: '' } })), true)
})

t.test('what adds none is tried', async t => {
  t.equal(wouldAddLinks(vrf, t.testdir(debian)), false, 'it adds none')
  const loaded = { ...debian, sys: { module: { dummy: {} } } }
  t.equal(wouldAddLinks(dummy, t.testdir(loaded)), false, 'it is loaded')
  const none = { proc: { modules: '' }, lib: { modules: { [release]: { 'modules.dep': '' } } } }
  t.equal(wouldAddLinks(dummy, t.testdir(none)), false, 'there is none to load')
})
