import t from 'tap'
import { explain, KernelError, UsageError } from '../src/errors.ts'

t.test('an error is explained: what, the facts, one thing to try, where', async t => {
  const text = explain({
    name: 'KernelError',
    code: 'TNET_LINK_EXISTS',
    message: 'could not create veth "web" with peer "eth0" on "alpha"',
    facts: {
      kernel: 'RTM_NEWLINK: EEXIST (File exists)',
      command: 'ip -n alpha link add web type veth peer name eth0 netns web\nip link set web up',
    },
    hint: 'use another name',
    at: 'scenarios/two-hosts.ts:17',
  })
  t.equal(
    text,
    `KernelError TNET_LINK_EXISTS: could not create veth "web" with peer "eth0" on "alpha"
  kernel  RTM_NEWLINK: EEXIST (File exists)
  command ip -n alpha link add web type veth peer name eth0 netns web
          ip link set web up
  hint    use another name
  at      scenarios/two-hosts.ts:17`,
  )
})

t.test('errors are told apart by class, name and code, and keep their cause', async t => {
  const cause = new Error('below')
  const error = new UsageError('wrong', { code: 'TNET_X', hint: 'right', cause })
  t.type(error, Error)
  t.match(error, { name: 'UsageError', code: 'TNET_X', hint: 'right', cause, facts: {} })
  t.notOk((error as Error) instanceof KernelError)
})
