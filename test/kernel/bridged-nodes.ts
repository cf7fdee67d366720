import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { setSysctls } from '../../src/kernel/fresh-sysctls.ts'
import { createNetNamespace, insideNet } from '../../src/kernel/net-namespace.ts'
import { addressAdd } from '../../src/kernel/netlink/address.ts'
import { NetlinkConnection } from '../../src/kernel/netlink/connection.ts'
import { linkList, parseLink } from '../../src/kernel/netlink/link-list.ts'
import { bridgeAdd, linkSet, vethAdd } from '../../src/kernel/netlink/link-request.ts'
import { routeAdd } from '../../src/kernel/netlink/route.ts'
import { poll } from '../../src/poll.ts'
import type { Request } from '../../src/kernel/netlink/message.ts'

export interface BridgedNode {
  fd: number
  address: string
  address6: string
  eth0: { index: number; name: string }
  /** Runs a command in it; the output, errors included. */
  sh(command: string): string
}

export interface BridgedNodes extends Disposable {
  /** The host: forwards, and has the bridge. */
  host: BridgedNode
  nodes: [BridgedNode, BridgedNode, ...BridgedNode[]]
}

const lo = { index: 1, name: 'lo' }
const eth0 = { index: 10, name: 'eth0' }
const br0 = { index: 500, name: 'br0' }

function execute(fd: number, ...requests: Request[]): void {
  using wire = new NetlinkConnection(fd, { label: 'a test', name: 'test' })
  wire.execute(requests)
}

function sh(fd: number, command: string): string {
  return insideNet(fd, () =>
    execFileSync('sh', ['-c', `{ ${command}; } 2>&1 || true`], { encoding: 'utf8' }),
  )
}

function node(number: number, name: string, link: BridgedNode['eth0']): BridgedNode {
  const fd = createNetNamespace(() => void setSysctls('used'))
  execute(fd, linkSet(lo, { up: true }))
  return {
    fd,
    address: `10.0.0.${number}`,
    address6: `2001:db8::${number.toString(16)}`,
    eth0: link,
    sh: command => sh(fd, `: ${name}; ${command}`),
  }
}

/**
 * host 10.0.0.1 ─ br0 ─┬─ eth0 10.0.0.2 (2001:db8::2)
 *                      ├─ eth0 10.0.0.3 (2001:db8::3)
 *                      └─ …
 * each with a default route to the host, which forwards.
 */
export async function bridgedNodes(count = 2): Promise<BridgedNodes> {
  const host = node(1, 'host', br0)
  execute(host.fd, bridgeAdd(br0))
  const nodes = Array.from({ length: count }, (_, i) => {
    const one = node(i + 2, `node ${i}`, eth0)
    const peer = { ...eth0, namespace: one.fd }
    execute(host.fd, vethAdd({ name: `port${i}`, index: 600 + i, master: br0, up: true, peer }))
    execute(
      one.fd,
      addressAdd(eth0, `${one.address}/24`),
      addressAdd(eth0, `${one.address6}/64`),
      linkSet(eth0, { up: true }),
      routeAdd({ to: 'default', via: '10.0.0.1' }),
      routeAdd({ to: 'default', via: '2001:db8::1' }),
    )
    return one
  })
  execute(
    host.fd,
    addressAdd(br0, '10.0.0.1/24'),
    addressAdd(br0, '2001:db8::1/64'),
    linkSet(br0, { up: true }),
  )
  insideNet(host.fd, () => {
    fs.writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
    fs.writeFileSync('/proc/sys/net/ipv6/conf/all/forwarding', '1')
  })
  for (const { fd } of [host, ...nodes]) withoutErrorLimits(fd)
  await poll(() => ([host, ...nodes].every(({ fd }) => isReady(fd)) ? true : undefined))
  return {
    host,
    nodes: nodes as BridgedNodes['nodes'],
    [Symbol.dispose]() {
      for (const { fd } of [host, ...nodes]) fs.closeSync(fd)
    },
  }
}

/** A link without carrier drops packets, and so does a bridge port that does not forward yet. */
function isReady(fd: number): boolean {
  using wire = new NetlinkConnection(fd, { label: 'a test', name: 'test' })
  return wire
    .dump(linkList, parseLink)
    .filter(({ index }) => index !== lo.index)
    .every(({ operState, portState = 'forwarding' }) => {
      return operState === 'up' && portState === 'forwarding'
    })
}

/** The kernel sends one ICMP error a second to each address; a test wants all of them. */
function withoutErrorLimits(fd: number): void {
  insideNet(fd, () => {
    fs.writeFileSync('/proc/sys/net/ipv4/icmp_ratelimit', '0')
    fs.writeFileSync('/proc/sys/net/ipv6/icmp/ratelimit', '0')
  })
}
