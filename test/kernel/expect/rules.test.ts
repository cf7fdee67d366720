import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import { codeOf, failure, results, world } from './world.ts'

t.test('a rule is found by what it says, in whatever order', async t => {
  await using w = await world()
  const told = results()
  const { alpha } = w
  await alpha.$`iptables -t nat -A POSTROUTING -s 10.0.1.0/24 -p tcp --dport 80 -o eth0 -j MASQUERADE`
  await alpha.$`iptables -P FORWARD DROP`
  await expect(alpha).toHaveRule('-o eth0 -s 10.0.1.0/24 -j MASQUERADE', { table: 'nat' })
  await expect(alpha).toHaveRule('-p tcp --dport 80', { chain: 'POSTROUTING' })
  await expect(alpha).toHaveRule('-P DROP', { chain: 'FORWARD', table: 'filter' })
  await expect(alpha).toHaveRule(/MASQUERADE$/)
  const soon = expect(alpha, { windowMs: 20 })
  await soon.not.toHaveRule('-j MASQUERADE', { table: 'filter' })
  await soon.not.toHaveRule('-o eth1 -j MASQUERADE')
  await soon.not.toHaveRule('-j MASQUERADE', { family: 6 })
  t.match(told[0], {
    title: 'alpha has rule "-o eth0 -s 10.0.1.0/24 -j MASQUERADE" in nat',
    status: 'passed',
  })
  t.equal(
    await failure(expect(alpha).toHaveRule('-o eth1 -j MASQUERADE', { chain: 'POSTROUTING' })),
    `ExpectationError TNET_EXPECTATION: expected that alpha has rule "-o eth1 -j MASQUERADE" in POSTROUTING
  expected "-o eth1 -j MASQUERADE" in POSTROUTING
  received nat: -P POSTROUTING ACCEPT (N packets)
           nat: -A POSTROUTING -s 10.0.1.0/24 -o eth0 -p tcp -m tcp --dport 80 -j MASQUERADE (N packets)
  command  ip netns exec alpha iptables-save -c | grep -e POSTROUTING
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
})

t.test('a rule counts what passes it', async t => {
  await using w = await world()
  const told = results()
  const { alpha, web, app } = w
  await alpha.$`iptables -A INPUT -s 10.0.1.2 -p icmp -j ACCEPT`
  const rule = '-s 10.0.1.2 -j ACCEPT'
  const ping = () => expect(web).toPing('10.0.1.1', { count: 2 })
  await expect(alpha, { windowMs: 20 }).not.toHaveRule(rule, { packets: { atLeast: 1 } })
  await expect(alpha).toCount(rule, ping, { chain: 'INPUT', packets: 2 })
  await expect(alpha).toHaveRule(rule, { packets: 2 })
  await expect(alpha).toCount(rule, ping)
  await expect(alpha, { windowMs: 20 }).not.toCount(rule, () => expect(app).toPing('10.0.1.1'))
  t.same(
    told.map(({ title, status }) => `${status}: ${title}`),
    [
      'passed: alpha does not have rule "-s 10.0.1.2 -j ACCEPT", with at least 1 packet',
      'passed: web pings 10.0.1.1',
      'passed: alpha counts 2 packets by rule "-s 10.0.1.2 -j ACCEPT" in INPUT',
      'passed: alpha has rule "-s 10.0.1.2 -j ACCEPT", with 2 packets',
      'passed: web pings 10.0.1.1',
      'passed: alpha counts packets by rule "-s 10.0.1.2 -j ACCEPT"',
      'passed: app pings 10.0.1.1',
      'passed: alpha does not count packets by rule "-s 10.0.1.2 -j ACCEPT"',
    ],
  )
  t.equal(
    await failure(expect(alpha).toCount(rule, ping, { packets: 3 })),
    `ExpectationError TNET_EXPECTATION: expected that alpha counts 3 packets by rule "-s 10.0.1.2 -j ACCEPT"
  expected 3 packets more
  received 2 packets more
           filter: -A INPUT -s 10.0.1.2/32 -p icmp -j ACCEPT (N packets)
  command  ip netns exec alpha iptables-save -c
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
  t.equal(await codeOf(expect(alpha).not.toCount(rule, ping)), 'TNET_EXPECTATION')
  t.match(
    await failure(expect(alpha).toHaveRule(rule, { packets: { atMost: 1 } })),
    'expected at most 1 packet\n  received filter: -A INPUT -s 10.0.1.2/32 -p icmp -j ACCEPT',
  )
})

t.test('a rule that is not there counts nothing, and is no pass for that', async t => {
  await using w = await world()
  const typo = '-s 10.0.1.22 -j ACCEPT'
  const nothing = () => undefined
  const missing = 'TNET_RULE_MISSING'
  t.equal(await codeOf(expect(w.alpha).toHaveRule(typo, { packets: 0 })), missing)
  t.equal(await codeOf(expect(w.alpha).not.toHaveRule(typo, { packets: { atLeast: 1 } })), missing)
  t.equal(await codeOf(expect(w.alpha).toCount(typo, nothing)), missing)
  t.equal(await codeOf(expect(w.alpha).not.toCount(typo, nothing)), missing)
  t.equal(await codeOf(expect(w.alpha).toCount(typo, 5 as never)), 'TNET_OPTION_INVALID')
  t.equal(await codeOf(expect(w.alpha).not.toHaveRule('ACCEPT')), 'TNET_RULE_INVALID')
})

t.test('what fails meanwhile is what is told', async t => {
  await using w = await world()
  await w.alpha.$`iptables -A INPUT -j ACCEPT`
  const told = results()
  const ping = () => expect(w.web).toPing('10.0.1.77', { timeoutMs: 100 })
  t.match(
    await failure(expect(w.alpha).toCount('-j ACCEPT', ping)),
    'expected that web pings 10.0.1.77',
  )
  t.match(told, [{ title: 'web pings 10.0.1.77', status: 'failed' }])
})
