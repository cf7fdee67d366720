import type { RunEvent } from '../../src/runner/events.ts'
import { Recording } from './streams.ts'
import { cluster, crowd } from './topologies.ts'

const noPing = {
  name: 'ExpectationError',
  code: 'TNET_EXPECTATION',
  message: 'expected that c1-2 pings c0-0 (10.244.0.2)',
  facts: { expected: 'an echo reply', received: 'no echo reply within 1000 ms' },
  hint: 'look at the cable of h3',
  at: 'scenarios/overlay.ts:22',
}

/** Sixty nodes twice, colours in output, parallel steps, packets; two tags; one of three failed. */
export function largeRun(): RunEvent[] {
  const run = new Recording({ scenarios: 3, jobs: 2 })
  const big = run.scenario('six hosts and a VXLAN', { tags: ['vxlan', 'big'], line: 3 })
  big.action('ip netns add h0').action("ip netns exec h0 sh -c 'echo \"it''s\"'")
  big.step('everybody reaches everybody', () => {
    for (let n = 0; n < 20; n++) big.expectation(`c0-0 pings c1-${n}`, { durationMs: 8 })
    big.command({ node: 'h0', command: 'ip -c link', stdout: '\x1b[32mUP\x1b[0m \x1b[2J<b>' })
    big.expectation('c1-2 pings c0-0', {
      status: 'failed',
      durationMs: 1000,
      attempts: 3,
      expected: 'an echo reply',
      received: 'no echo reply within 1000 ms',
      command: 'ip netns exec c1-2 ping -n -c 1 10.244.0.2',
    })
  })
  const pcap = Buffer.from(Array.from({ length: 3000 }, (_, n) => n % 256)).toString('base64')
  const packets = Array.from({ length: 700 }, (_, n) => ({
    atMs: n * 1.5,
    lengthBytes: 98,
    text: `IP 10.244.0.2 > 10.244.1.4: ICMP echo request, seq ${n}`,
  }))
  big.capture({ node: 'h0', link: 'eth0', packets, pcap, omittedPackets: 5 })
  big
    .topology(cluster({ hosts: 6, containers: 9, pulled: 'h3', down: 'c1-2', isStandIn: true }))
    .diagnostic({ node: 'h0', what: 'routes', command: 'ip -n h0 route', text: 'default\n' })
    .fail(noPing)
  run
    .scenario('sixty containers on a bridge', { tags: ['bridge', 'big'], line: 30, worker: 2 })
    .topology(crowd(60))
    .pass()
  run.scenario('nothing to see', { line: 60 }).pass()
  return run.end()
}
