import t from 'tap'
import { failureReason } from '../../../../src/walkthrough/compare/traffic/failure.ts'

const reasons: Readonly<Record<string, string[]>> = {
  'host unreachable': [
    'Destination Host Unreachable',
    'No route to host',
    'ICMP Host Unreachable from',
  ],
  'network unreachable': ['Network is unreachable', 'Destination Net Unreachable'],
  refused: ['Connection refused', 'Destination Port Unreachable'],
  'administratively prohibited': ['Communication administratively filtered', 'Packet filtered'],
  'protocol unreachable': ['Destination Protocol Unreachable', 'Protocol not supported'],
  'time to live exceeded': ['Time to live exceeded', 'Time exceeded: Hop limit'],
  'too big': [
    'Frag needed and DF set (mtu = 1400)',
    'Message too long, mtu=1500',
    'Packet too big: mtu=1400',
  ],
  redirect: ['Redirect Host(New nexthop: 10.0.0.254)'],
  'not permitted': ['sendmsg: Operation not permitted', 'Permission denied'],
  'the name does not resolve': [
    'Name or service not known',
    'Temporary failure in name resolution',
    'unknown host web',
    'bad address ‘web’',
    'Could not resolve host: web',
    'Unknown host',
  ],
  'timed out': ['Connection timed out', 'Timeout was reached', 'download timed out', 'TIMEOUT.'],
  reset: ['Recv failure: Connection reset by peer'],
  'empty reply': ['Empty reply from server'],
  'no such address': ['Cannot assign requested address'],
  'address in use': ['bind: Address already in use'],
  'no such device': ['SO_BINDTODEVICE: No such device', 'unknown iface eth9'],
}
for (const [reason, texts] of Object.entries(reasons)) {
  for (const text of texts) {
    t.test(`"${text}" is: ${reason}`, async t => {
      t.equal(failureReason(text), reason)
    })
  }
}

t.test('other words are no reason', async t => {
  t.equal(failureReason('it works'), undefined)
})
