import fs from 'node:fs'
import type { SpawnOptions } from 'node:child_process'
import type { Store } from '../ipam/store/store.ts'
import type { HttpHandler } from '../kernel/http-server.ts'
import { bridgeAdd, linkSet, vethAdd, type LinkEnd } from '../kernel/netlink/link-request.ts'
import { quietLink } from '../kernel/netlink/quiet-link.ts'
import type { TcpHandler } from '../kernel/tcp-server.ts'
import type { UdpHandler } from '../kernel/udp-server.ts'
import type { CaptureSettings, NodeCapture } from './capture.ts'
import type { DeviceSpec } from './device.ts'
import type { NodeEtcdOptions } from './etcd.ts'
import type { FetchAnswer, FetchOptions, FetchTarget } from './fetch.ts'
import { NodeKernel } from './node-kernel.ts'
import { findLink, Link } from './link.ts'
import { Program, type ProgramOptions } from './program.ts'
import { NodeServer, NodeUdpServer, type ServeOptions } from './service.ts'
import { nodeShell, type NodeShell } from './shell.ts'
import type { Tun, TunOptions } from './tun.ts'

/** A namespace of the lab: what a host and a container have in common. */
export class Node extends NodeKernel {
  #shell: NodeShell | undefined

  /** A link that is there, by its name. */
  async link(name: string): Promise<Link> {
    const { index } = findLink(this.netns, name)
    return new Link(this, name, index)
  }

  /**
   * A veth pair; both ends down and without addresses.
   *
   * @param peer the other end's name, and the node it is made on; default: this one.
   * @example
   * const [veth0, veth1] = await host.veth('veth0', { name: 'veth1' })
   */
  async veth(
    end: string | LinkEnd,
    { on = this, ...peer }: LinkEnd & { on?: Node },
  ): Promise<[Link, Link]> {
    const mine = typeof end === 'string' ? { name: end } : end
    const index = this.netns.nextIndex()
    const peerIndex = on.netns.nextIndex()
    const elsewhere =
      on === this ? {} : { namespace: on.netns.descriptor, namespaceName: on.netns.name }
    this.netns.execute(
      vethAdd({ ...mine, index, peer: { ...peer, ...elsewhere, index: peerIndex } }),
    )
    const ends: [Link, Link] = [
      new Link(this, mine.name, index),
      new Link(on, peer.name, peerIndex),
    ]
    for (const link of ends) link.node.netns.execute(...quietLink(link))
    return ends
  }

  /** A bridge without address, down. For one with containers see `Host.bridge`. */
  async addBridge(name: string): Promise<Link> {
    const index = this.netns.nextIndex()
    this.netns.execute(bridgeAdd({ name, index }))
    return new Link(this, name, index)
  }

  /**
   * A VXLAN, IPIP, GRE, gretap, VLAN or macvlan device, down and without addresses; the kernel's own,
   * so that it fails where the kernel has none. Networks know stand-ins: `lab.network`.
   *
   * @example
   * const vxlan = await alpha.addLink({ type: 'vxlan', name: 'vxlan42', id: 42, local: '192.0.2.1', dev: 'eth0' })
   * const shim = await alpha.addLink({ type: 'macvlan', name: 'shim', parent: 'eth0', mode: 'bridge' })
   */
  async addLink(spec: DeviceSpec): Promise<Link> {
    return (await import('./device.ts')).addDevice(this, spec)
  }

  /**
   * A TAP device (Ethernet frames), or a TUN device (IP packets), that stays; a program opens it by
   * its name. Without anybody behind it, it has no carrier.
   *
   * @throws EnvironmentError TNET_TUN_DENIED where only root may open /dev/net/tun
   */
  async addTap(name: string, kind: 'tap' | 'tun' = 'tap'): Promise<Link> {
    const { createTunTap, tunTapShell } = await import('../kernel/tun-tap.ts')
    const device = { kind, name, label: this.label, isPersistent: true }
    this.netns.announce(tunTapShell(device))
    fs.closeSync(createTunTap(this.netns.fd, device))
    return this.link(name)
  }

  /**
   * A TUN device (IP packets), or a TAP device (Ethernet frames), with the script behind it: for an
   * encapsulation of your own. Works without root too. It is down and has no addresses.
   *
   * @example
   * await using tun = await alpha.openTun('tun0', { mtu: 1400 })
   * await tun.link.addAddress('10.0.0.1/16')
   * await tun.link.up()
   * tun.onPacket = packet => tun.send(answerTo(packet))
   */
  async openTun(name: string, options: TunOptions = {}): Promise<Tun> {
    return (await import('./tun.ts')).Tun.open(this, name, options)
  }

  /** Brings `lo` up; hosts and containers have it up already. */
  async loopbackUp(): Promise<void> {
    this.netns.execute(linkSet({ index: 1, name: 'lo' }, { up: true }))
  }

  /**
   * Runs a command on this node: zx's `$`, with its quoting and its options. A node in it stands
   * for its name, which every other node finds in /etc/hosts.
   *
   * @throws zx's ProcessOutput when the command fails
   * @example
   * const { stdout } = await web.$`ip -j addr show dev ${device}`
   * await web.$({ nothrow: true })`traceroute -n ${db}`
   */
  get $(): NodeShell {
    return (this.#shell ??= nodeShell(this))
  }

  /**
   * Starts a program that goes on until it is stopped, or the lab ends.
   *
   * @example
   * await using server = await web.spawn('python3', ['-m', 'http.server', '80'], { ready: { port: 80 } })
   */
  spawn(
    file: string,
    args: readonly string[] = [],
    options: ProgramOptions & SpawnOptions = {},
  ): Promise<Program> {
    return Program.start(this, file, args, options)
  }

  /**
   * An HTTP server on this node, within this process.
   *
   * @param port 0 lets the kernel choose
   * @param handler gets method, path, headers, body and the `peer` address that it sees
   * @example
   * await using site = await web.serve(80, request => `hello ${request.peer}`)
   */
  serve(port: number, handler: HttpHandler, options: ServeOptions = {}): Promise<NodeServer> {
    return NodeServer.http(this, port, handler, options)
  }

  /** A TCP server; by default it sends back what comes. */
  serveTcp(port: number, handler?: TcpHandler, options: ServeOptions = {}): Promise<NodeServer> {
    return NodeServer.tcp(this, port, handler, options)
  }

  /**
   * A UDP server; by default it sends back what comes. It can also `send` by itself.
   *
   * @example
   * await using tunnel = await alpha.serveUdp(8285, ({ data }) => tun.send(data))
   * tun.onPacket = packet => tunnel.send(packet, { address: '192.0.2.2', port: 8285 })
   */
  serveUdp(port: number, handler?: UdpHandler, options: ServeOptions = {}): Promise<NodeUdpServer> {
    return NodeUdpServer.start(this, port, handler, options)
  }

  /**
   * One HTTP request out of this node, within this process: for loops, ten times faster than
   * `curl`.
   *
   * @throws KernelError with the errno of a connection that fails; DeadlineError TNET_FETCH_TIMEOUT
   * @example
   * const { status, body } = await app.fetch(site, { path: '/health' })
   */
  async fetch(target: FetchTarget, options: FetchOptions = {}): Promise<FetchAnswer> {
    return (await import('./fetch.ts')).fetchFrom(this, target, options)
  }

  /**
   * A store in an etcd that this node reaches, by its own links and routes: for `lab.networksIn`.
   *
   * @throws EnvironmentError or DeadlineError, as `EtcdStore.open`
   * @example
   * const store = await alpha.etcd('http://192.0.2.10:2379')
   */
  async etcd(endpoints: string | readonly string[], options?: NodeEtcdOptions): Promise<Store> {
    return (await import('./etcd.ts')).etcdFrom(this, endpoints, options)
  }

  /**
   * Captures what a link sees from now on, until it is closed or the lab ends.
   *
   * @param link default: all links; what a bridge passes on is then seen on its ports only
   * @example
   * await using onUplink = await alpha.capture('eth0')
   * await expect(web).toPing(outside)
   * await expect(onUplink).toSee('IP 192.0.2.1 > 192.0.2.9: ICMP echo request')
   */
  async capture(link?: string | Link, settings: CaptureSettings = {}): Promise<NodeCapture> {
    return (await import('./capture.ts')).NodeCapture.start(this, link, settings)
  }
}
