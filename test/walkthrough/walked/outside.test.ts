import '../../sandboxed.ts'
import t from 'tap'
import type { HostPlan } from '../../../src/walkthrough/plan/walk-plan.ts'
import { partOf, verdicts, walked } from './planned.ts'

t.setTimeout(600_000)

const host: HostPlan = {
  name: 'host',
  device: 'eth0',
  prefix: '10.128.0.5/32',
  forward: 'ACCEPT',
  namespaces: [],
  sysctls: {},
}
const outside = [
  { address: '198.51.100.53', names: [], http: '' },
  { address: '2001:db8:53::53', names: [], http: '' },
  { address: '198.51.100.7', names: ['example.com'], http: '' },
  { address: '2001:db8:f::7', names: ['example.com'], http: '' },
]

const gateways: [what: string, gateway: string][] = [
  ['beside it', '10.128.0.1'],
  ['of another network', '172.31.1.1'],
  ['of the link itself', '169.254.1.1'],
]
for (const [what, gateway] of gateways) {
  t.test(`a machine with an address for itself alone gets out by a gateway ${what}`, async t => {
    const steps = await walked(
      partOf(
        [
          { text: 'ping -c 1 example.com' },
          { text: 'ip addr show eth0', shown: ['    inet 10.128.0.5/32 scope global eth0'] },
          { text: 'ip netns add a; ip link add v0 type veth peer name v1 netns a' },
          { text: 'ip addr add 10.0.0.1/24 dev v0; ip link set v0 up' },
          { text: 'ip -n a addr add 10.0.0.2/24 dev v1; ip -n a link set v1 up' },
          { text: 'ip -n a route add default via 10.0.0.1; sysctl -w net.ipv4.ip_forward=1' },
          { text: 'ip netns exec a ping -c 1 -W 0.2 198.51.100.7', expects: 'failure' },
          { text: 'iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE' },
          { text: 'ip netns exec a ping -c 1 198.51.100.7' },
        ],
        { hosts: [host], gateway },
      ),
    )
    const found = steps.map(({ verdict }) => verdict).join(' ')
    t.equal(found, 'ran as-shown ran ran ran ran as-shown ran ran')
  })
}

const ways6: [what: string, gateway6: string, prefix6: string, other: string][] = [
  ['addresses alone', '2001:db8:1::fe', '2001:db8:1::5/128', '2001:db8:1::6/128'],
  ['a gateway of the link', 'fe80::1', '2001:db8:1::5/64', '2001:db8:1::6/64'],
  ['addresses alone, and such a gateway', 'fe80::1', '2001:db8:1::5/128', '2001:db8:1::6/128'],
]
for (const [what, gateway6, prefix6, other] of ways6) {
  t.test(`machines with ${what} reach each other, and out, also by IPv6`, async t => {
    const steps = await walked(
      partOf(
        [
          { text: 'ping -c 1 10.128.7.6' },
          { text: 'ping -c 1 198.51.100.7' },
          { text: `ping -c 1 ${other.split('/', 1)[0]}` },
          { text: 'ping -c 1 2001:db8:f::7' },
          { text: 'echo nameserver 2001:db8:53::53 > /etc/resolv.conf' },
          { text: 'ping -6 -c 1 example.com' },
        ],
        {
          hosts: [
            { ...host, prefix6 },
            { ...host, name: 'other', prefix: '10.128.7.6/32', prefix6: other },
          ],
          gateway: '10.128.0.1',
          gateway6,
          outside,
        },
      ),
    )
    t.equal(verdicts(steps).join(' '), 'ran ran ran ran ran ran')
  })
}

t.test('a machine may be called as what is behind it', async t => {
  const hosts = ['internet', 'the internet', 'wan'].map((name, i) => ({
    ...host,
    name,
    prefix: `192.0.2.${i + 1}/24`,
  }))
  const lines = hosts.map(({ name }) => ({ text: 'ping -c 1 example.com', host: name }))
  const steps = await walked(partOf(lines, { hosts }))
  t.same(verdicts(steps), ['ran', 'ran', 'ran'])
})

t.test('each machine has the MTU that its link is to have', async t => {
  const { mtu, ...usual } = { ...host, prefix: '192.0.2.1/24', mtu: 9001 }
  const other = { ...usual, name: 'other', prefix: '192.0.2.2/24' }
  const ping = 'ping -c 1 -W 1 -M do -s'
  const steps = await walked(
    partOf(
      [
        { text: 'ip link show eth0', shown: ['2: eth0: <BROADCAST,UP,LOWER_UP> mtu 9001'] },
        {
          text: 'ip link show eth0',
          shown: ['2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500'],
          host: 'other',
        },
        { text: `${ping} 8973 198.51.100.7` },
        { text: `${ping} 1472 192.0.2.1`, host: 'other' },
        { text: `${ping} 1473 192.0.2.1`, host: 'other', expects: 'failure' },
      ],
      { hosts: [{ ...usual, mtu }, other] },
    ),
  )
  t.equal(verdicts(steps).join(' '), 'as-shown as-shown ran ran as-shown')
})

t.test('a server may be starting on another machine than the one that asks', async t => {
  const near = { ...host, prefix: '192.0.2.1/24' }
  const steps = await walked(
    partOf(
      [
        { text: '(sleep 0.5; exec python3 -m http.server 8000) >/dev/null 2>&1 &' },
        { text: 'curl -s -o /dev/null -w "%{http_code}" http://192.0.2.1:8000/', host: 'other' },
      ],
      { hosts: [near, { ...near, name: 'other', prefix: '192.0.2.2/24' }] },
    ),
  )
  t.same(verdicts(steps), ['ran', 'ran'])
})

t.test('who is asked over TLS is reached, and has no certificate', async t => {
  const steps = await walked(
    partOf([
      { text: 'nc -z -w 2 example.com 443' },
      { text: 'curl -sS https://example.com/', shown: ['<html>'] },
      { text: 'curl -sS https://example.com/', expects: 'failure' },
      { text: 'ip route del default' },
      { text: 'curl -sS -m 1 https://198.51.100.7/', expects: 'failure' },
      { text: 'curl -sS -m 1 https://198.51.100.7/' },
    ]),
  )
  const reached = 'example.com was reached, but nobody in a walk has its certificate'
  t.same(verdicts(steps).slice(0, 5), [
    'ran',
    `not-run: cannot be done here: ${reached}`,
    `succeeded: ${reached}`,
    'ran',
    'as-shown',
  ])
  t.equal(steps[5]?.verdict, 'failed')
})

t.test('a page that a walk made up is not held against a document', async t => {
  const page = { status: 403, headers: { 'Content-Type': 'text/html' }, http: 'go away\n' }
  const [resolver] = outside
  const lines = [
    { text: 'curl -s example.com', shown: ['<!doctype html>', '...'] },
    { text: 'curl -sI example.com', shown: ['HTTP/1.1 403 Forbidden', 'Content-Type: text/html'] },
    { text: 'curl -sI example.com', shown: ['HTTP/1.1 200 OK'] },
    { text: 'curl -s example.com | head -c 2', shown: ['<!'] },
  ]
  const walkedWith = (more: object) =>
    walked(
      partOf(lines, {
        outside: [resolver!, { address: '198.51.100.7', names: ['example.com'], ...page, ...more }],
      }),
    )
  const steps = await walkedWith({})
  t.same(verdicts(steps), ['as-shown', 'as-shown', 'differs', 'differs'])
  t.match(steps[0]?.explained, [
    { what: 'line 1', explanation: 'what example.com says is made up here' },
  ])
  for (const known of [{ isGiven: true }, { isDoubtful: true }]) {
    const held = await walkedWith(known)
    t.same(verdicts(held), ['differs', 'as-shown', 'differs', 'differs'])
  }
})
