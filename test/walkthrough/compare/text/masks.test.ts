import t from 'tap'
import { differing } from './told.ts'

const qdisc = (handle: string, rate = '1Mbit') =>
  `qdisc tbf ${handle} root refcnt 2 rate ${rate} burst 4Kb lat 400ms`
const sent = (bytes: number, dropped = 0) =>
  ` Sent ${bytes} bytes ${bytes / 90} pkt (dropped ${dropped}, overlimits ${bytes} requeues 0)\n backlog ${bytes}b 1p requeues 0`
const names = (owner: string, mode = '-r--r--r--') =>
  `total 0\n${mode} 1 ${owner} 0 Jun  3 10:21 app`

void t.test('handles that the kernel chose and what passed are no differences', t => {
  t.strictSame(differing('tc qdisc show dev v0', qdisc('817b:'), qdisc('8002:')), [])
  t.strictSame(differing('tc -s qdisc show dev v0', sent(0), sent(900)), [])
  t.end()
})

void t.test('what a class has left, lent and borrowed is no difference; its rate is', t => {
  const of = (rate: string, tokens: number, lent: number) =>
    `class htb 1:10 root prio 0 rate ${rate}\n lended: ${lent} borrowed: 0 giants: 0\n tokens: ${tokens} ctokens: -${tokens}`
  const differ = (shown: string, seen: string) => differing('tc -s class show dev v0', shown, seen)
  t.strictSame(differ(of('5Mbit', 384000, 0), of('5Mbit', 317345, 2)), [])
  t.not(differ(of('5Mbit', 384000, 0), of('6Mbit', 384000, 0)).length, 0)
  t.end()
})

void t.test("nstat's heading is none, and of its counters it counts whether they are 0", t => {
  const of = (count: number) => `TcpExtIPReversePathFilter       ${count}                  0.0`
  const differ = (shown: string, count: number) =>
    differing('nstat -az TcpExtIPReversePathFilter', shown, `#kernel\n${of(count)}`)
  t.strictSame(differ(of(1), 1), [])
  t.strictSame(differ(`#kernel\n${of(1)}`, 12), [])
  t.strictSame(differ(of(1), 0), ['line 1'])
  t.strictSame(differ(of(0), 3), ['line 1'])
  t.end()
})

void t.test('which conntrack listed something is no difference; how much it did is', t => {
  const of = (version: string, entries: number) =>
    `conntrack v${version} (conntrack-tools): ${entries} flow entries have been shown.`
  t.strictSame(differing('conntrack -L', of('1.4.5', 0), of('1.4.7', 0)), [])
  t.strictSame(differing('conntrack -L', of('1.4.5', 0), of('1.4.7', 3)), ['line 1'])
  t.end()
})

void t.test('handles that somebody chose, rates and drops are', t => {
  t.not(differing('tc qdisc show dev v0', qdisc('1:'), qdisc('2:')).length, 0)
  t.not(differing('tc qdisc show dev v0', qdisc('8001:'), qdisc('8001:', '2Mbit')).length, 0)
  t.not(differing('tc -s qdisc show dev v0', sent(90), sent(90, 4)).length, 0)
  t.end()
})

void t.test("whose a namespace's file is says nothing; of another file it does", t => {
  const list = 'ls -l /var/run/netns'
  t.strictSame(differing(list, names('root root'), names('nobody nogroup')), [])
  const [shown, seen] = ['root root', 'nobody nogroup'].map(owner => names(owner, '-rw-r--r--'))
  t.not(differing('ls -l', shown ?? '', seen ?? '').length, 0)
  t.end()
})
