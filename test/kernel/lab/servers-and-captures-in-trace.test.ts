import '../../sandboxed.ts'
import t from 'tap'
import { Lab } from '../../../src/lab/lab.ts'

/** A host, and what the trace says from here on. */
async function tracedHost() {
  const trace: string[] = []
  const lab = new Lab({ onAction: shell => trace.push(...shell.split('\n')) })
  const host = await lab.host('alpha')
  host.netns.prepare()
  trace.length = 0
  return { lab, host, trace }
}

t.test('the trace says when a server of the script begins and ends', async t => {
  const { lab, host, trace } = await tracedHost()
  await using _ = lab
  const site = await host.serve(80, () => 'hello')
  t.strictSame(trace.splice(0), ['# alpha: the script serves TCP port 80'])
  await site.close()
  await site.close()
  t.strictSame(trace.splice(0), ['# alpha: the script no longer serves TCP port 80'])
  await host.serveTcp(81, undefined, { address: '127.0.0.1' })
  await host.serveUdp(53)
  t.strictSame(trace, [
    '# alpha: the script serves TCP port 81 of 127.0.0.1',
    '# alpha: the script serves UDP port 53',
  ])
})

t.test('the trace says when a capture begins and ends, as somebody would type it', async t => {
  const { lab, host, trace } = await tracedHost()
  await using _ = lab
  const onLoopback = await host.capture('lo')
  const onAll = await host.capture()
  t.strictSame(trace.splice(0), [
    'ip netns exec alpha tcpdump -i lo -w lo.pcap &',
    'ip netns exec alpha tcpdump -i any -w any.pcap &',
  ])
  await onAll.close()
  await onLoopback.close()
  await onLoopback.close()
  t.strictSame(trace, ['# alpha: no longer captures all links', '# alpha: no longer captures lo'])
})

t.test('what ends with its lab is ended by nobody', async t => {
  const { lab, host, trace } = await tracedHost()
  const [site, onLoopback] = [await host.serve(80, () => 'hello'), await host.capture('lo')]
  trace.length = 0
  await lab.close()
  await Promise.all([site.close(), onLoopback.close()])
  t.strictSame(trace, [])
})
