import type { RunEvent } from '../../../src/runner/events.ts'
import { denied, killed, noPing, stuck, threw, tookTooLong } from './errors.ts'
import { captured, twoHosts } from './lab.ts'
import { Recording } from './recording.ts'

export function allPass(): RunEvent[] {
  const run = new Recording({
    files: ['scenarios/shop.ts', 'scenarios/two-hosts.ts'],
    scenarios: 3,
  })
  run
    .scenario('two containers share a bridge', { tags: ['bridge', 'fast'] })
    .action('ip netns add web')
    .step('containers on one bridge reach each other', () => {})
    .topology(twoHosts)
    .pass()
  const nested = run.scenario('a published port leads to its container', { line: 40 })
  nested.expectation('web has 10.0.1.2').step('published', () => {
    nested
      .expectation('outside curls 192.0.2.1:8080', { attempts: 3, received: '200 hello from web' })
      .step('from the container itself', () => {
        nested.command({ node: 'web', command: 'ip route', stdout: 'default via 10.0.1.1\n' })
        nested.expectation('web curls 192.0.2.1:8080')
      })
  })
  nested.note('port 8080 is taken from the pool').output('published\n').topology(twoHosts).pass()
  run
    .scenario('VXLAN carries the bridge', { file: 'scenarios/two-hosts.ts' })
    .expectation('web pings db with 1422 bytes')
    .expectation('web does not ping db with 1423 bytes', { received: 'EMSGSIZE: mtu=1450' })
    .topology(twoHosts)
    .pass()
  return run.end()
}

/** An expectation that failed, with all that is collected then, and a script that threw. */
export function failures(): RunEvent[] {
  const files = ['scenarios/two-hosts.ts', 'scenarios/shop.ts']
  const run = new Recording({ files, scenarios: 4 })
  const lost = run.scenario('two hosts share one network', {
    file: 'scenarios/two-hosts.ts',
    tags: ['vxlan', 'slow'],
  })
  lost
    .action('ip netns add alpha')
    .action('ip -n alpha link add blue type bridge')
    .action('ip -n alpha link add vxlan42 type vxlan id 42 dstport 4789 local 192.0.2.1')
  lost.step('containers on one bridge reach each other', () => lost.expectation('web pings app'))
  lost.step('and those on the other host', () => {
    lost.action("ip netns exec alpha iptables -P FORWARD DROP -m comment --comment 'it''s'")
    lost
      .command({
        node: 'web',
        command: 'traceroute -n 10.0.1.130',
        exitCode: 1,
        stdout: 'traceroute to 10.0.1.130\n 1  10.0.1.1  0.041 ms\n 2  * * *\n',
        stderr: 'send failed: Operation not permitted\n',
      })
      .command({ node: 'db', command: 'sleep 60', exitCode: null, signal: 'SIGTERM' })
      .step('web reaches db', () => {
        lost.expectation('web pings db (10.0.1.130)', {
          status: 'failed',
          durationMs: 1004.2,
          attempts: 3,
          expected: 'an echo reply',
          received: 'no echo reply within 1000 ms',
          command: 'ip netns exec web ping -n -c 1 -W 1 10.0.1.130',
        })
      })
  })
  lost
    .note('tunnels: userspace stand-in (ipip: not in this kernel)')
    .output('about to ping\n')
    .output('warning: no reply yet\n', { stream: 'stderr', omittedBytes: 4096 })
    .program({ node: 'db', command: 'dnsmasq -k', text: 'dnsmasq: started, version 2.89\n' })
    .capture({ node: 'alpha', link: 'eth0', ...captured })
    .capture({ node: 'web', ...captured, omittedPackets: 12 })
    .topology(twoHosts)
    .diagnostic({ node: 'alpha', what: 'routes', command: 'ip -n alpha route', text: 'default\n' })
    .diagnostic({ node: 'web', what: 'links', command: 'ip -n web link', text: '1: lo: …\n' })
    .fail(noPing, { diagnostics: 'reports/diagnostics/two-hosts' })

  const wrong = run.scenario('the script itself is wrong', { line: 29 })
  wrong.step('a network is made', () => {}, 'failed').fail(threw)
  // It caught what its expectation threw, and passed.
  run
    .scenario('a failed expectation that the script took', { line: 50 })
    .expectation('web pings db', { status: 'failed', received: 'network unreachable' })
    .pass()
  run.scenario('could not even start', { line: 60 }).fail(denied)
  return run.end()
}

export function skips(): RunEvent[] {
  const run = new Recording({ scenarios: 4 })
  run.scenario('it can run here').expectation('web pings app').pass()
  run
    .scenario('IP in IP', { line: 20, tags: ['ipip'] })
    .skip('ipip: not in this kernel (EOPNOTSUPP); sudo modprobe ipip')
  run.scenario('802.1Q', { line: 30 }).skip('vlan: not in this kernel (EOPNOTSUPP)')
  run.scenario('not ready yet', { line: 40 }).skip('scenario.skip')
  return run.end()
}

export function timeouts(): RunEvent[] {
  const run = new Recording({ files: ['scenarios/slow.ts'], scenarios: 2 })
  const slow = run.scenario('the far end answers', { file: 'scenarios/slow.ts' })
  slow.step('the far end answers', () =>
    slow.expectation('web pings db within 60000 ms', { status: 'failed', durationMs: 29_200 }),
  )
  slow.topology(twoHosts).fail(tookTooLong, {
    phases: [
      { phase: 'sandbox', durationMs: 90 },
      { phase: 'load', durationMs: 10 },
      { phase: 'script', durationMs: 29_200 },
      { phase: 'observe', durationMs: 200 },
      { phase: 'close', durationMs: 500 },
    ],
  })
  // The worker was killed in the middle of a step, which has no end.
  const endless = { file: 'scenarios/slow.ts', line: 30 }
  run.scenario('a loop without an await', endless).openStep('counts to infinity').fail(stuck)
  return run.end()
}

/** The worker died in the middle of nested steps; another went on. */
export function crash(): RunEvent[] {
  const run = new Recording({ files: ['scenarios/shop.ts'], scenarios: 2, jobs: 2 })
  run
    .scenario('it takes its process down', { worker: 1 })
    .action('ip netns add web')
    .openStep('outer')
    .expectation('web pings app')
    .openStep('inner')
    .output('Segmentation fault\n', { stream: 'stderr' })
    .fail(killed, { phases: [] })
  run.scenario('the others go on', { line: 20, worker: 2 }).expectation('web pings app').pass()
  return run.end()
}
