import { UsageError } from '../errors.ts'
import type { PublishedPort } from '../firewall/firewall.ts'
import { firewallOf } from '../firewall/iptables-firewall.ts'
import type { SourceNat } from '../firewall/source-nat-rules.ts'
import { parseInterface } from '../ipam/interface-address.ts'
import { parseCidr } from '../ipam/subnet.ts'
import { isOnSubnet } from '../kernel/netlink/address-bytes.ts'
import { bridgePortSet } from '../kernel/netlink/link-request.ts'
import type { LinkInfo } from '../kernel/netlink/link-list.ts'
import { hostPortsOf } from '../network/host-ports.ts'
import { parsePortMapping } from '../network/port-mapping.ts'
import { Bridge } from './bridge.ts'
import type { Host } from './host.ts'
import { addressesFor, globalAddresses } from './hosts-file.ts'
import type { LabNetwork } from './lab-network.ts'
import { Link } from './link.ts'
import type { Node } from './node.ts'
import type { Segment } from './segment.ts'
import type { Service } from './service.ts'

/** Whose packets get another source address: a bridge's, a network's, or a subnet's. */
export type NatSource = Bridge | LabNetwork | string
/** The way out: a segment that the host joined, a link, or a device's name. */
export type NatOut = Segment | Link | string

/** A rule that a script asked for; it stays until it is removed or the lab ends. */
export interface HostRule extends AsyncDisposable {
  remove(): Promise<void>
}

export interface PublishOptions {
  /** The host's address that answers. Default: all. */
  address?: string
  /** Default: the service's. */
  protocol?: 'tcp' | 'udp'
}

/** A port of a host that leads to a service; an expectation takes it for a service. */
export interface Published extends Service, AsyncDisposable {
  node: Host
  /** The address to ask; with none given, the host's own on its first segment. */
  address: string
  port: number
  protocol: 'tcp' | 'udp'
  /** `http://192.0.2.1:8080/`; for UDP `udp://192.0.2.1:5353`. */
  url: string
  unpublish(): Promise<void>
}

function sourceSubnet(source: NatSource): string {
  if (typeof source === 'string') return String(parseCidr(source))
  if (!(source instanceof Bridge)) return source.subnet
  return String(parseInterface(`${source.address}/${source.prefix?.split('/')[1] ?? ''}`).subnet)
}

function deviceName(host: Host, out: NatOut): string {
  if (typeof out === 'string') return out
  return out instanceof Link ? out.name : host.deviceOn(out)
}

/** Forwarding for the family of an address, as the documents turn it on. */
function forward(host: Host, address: string): void {
  const key = address.includes(':')
    ? 'net.ipv6.conf.all.forwarding'
    : 'net.ipv4.conf.all.forwarding'
  if (host.netns.sysctl(key) === '0') host.netns.setSysctl(key, 1)
}

async function addSourceNat(host: Host, nat: SourceNat): Promise<HostRule> {
  const firewall = firewallOf(host.netns)
  forward(host, nat.source)
  await firewall.addSourceNat(nat)
  let isThere = true
  const remove = async () => {
    if (!isThere) return
    isThere = false
    await firewall.removeSourceNat(nat)
  }
  return { remove, [Symbol.asyncDispose]: remove }
}

export function masquerade(host: Host, source: NatSource, out: NatOut): Promise<HostRule> {
  const device = deviceName(host, out)
  return addSourceNat(host, { source: sourceSubnet(source), out: { device } })
}

/** @param address default: the host's own on that segment */
export function snat(
  host: Host,
  source: NatSource,
  out: NatOut,
  address?: string,
): Promise<HostRule> {
  const device = deviceName(host, out)
  const to = address ?? ownAddress(host, out, device)
  return addSourceNat(host, { source: sourceSubnet(source), out: { device }, address: to })
}

function ownAddress(host: Host, out: NatOut, device: string): string {
  if (typeof out !== 'string' && !(out instanceof Link)) return host.addressOn(out)
  throw new UsageError(
    `to which address does "${host.label}" rewrite what leaves by "${device}"?`,
    {
      code: 'TNET_LAB_MISUSE',
      hint: `say it: host.snat(blue, '${device}', '192.0.2.1')`,
    },
  )
}

/** The host's link by which it reaches an address directly. */
async function linkTo(host: Host, address: string): Promise<LinkInfo> {
  const near = globalAddresses(host).find(({ prefix }) => isOnSubnet(address, prefix))
  const link = (await host.links()).find(({ index }) => index === near?.index)
  if (link !== undefined) return link
  throw new UsageError(`"${host.label}" has no link to ${address}`, {
    code: 'TNET_PUBLISH_UNREACHABLE',
    hint: 'publish what is on a bridge of this host',
  })
}

/** Lets the bridge send a packet back out of the port that the server is on (R3). */
async function setHairpin(host: Host, server: Node, address: string): Promise<void> {
  const at = globalAddresses(server).find(own => own.address === address)
  const peer = (await server.links()).find(({ index }) => index === at?.index)?.peer
  const port = (await host.links()).find(({ index }) => index === peer)
  if (port?.master !== undefined) host.netns.execute(bridgePortSet(port, { hairpin: true }))
}

const wildcards = new Set(['::', '0.0.0.0', ''])

function serverAddress(host: Host, { node, address = '' }: Service): string {
  const chosen = wildcards.has(address) ? addressesFor(host, node)[0]?.address : address
  if (chosen !== undefined) return chosen
  throw new UsageError(`"${node.label}" has no address to publish`, {
    code: 'TNET_PUBLISH_UNREACHABLE',
    hint: 'give it one first',
  })
}

/** An address of the host that others can ask: not the one on the server's own link. */
function publicAddress(host: Host, link: LinkInfo): string {
  const all = globalAddresses(host)
  const outside = all.find(({ index, family }) => index !== link.index && family === 'inet')
  return (outside ?? all[0])?.address ?? '127.0.0.1'
}

function urlOf(protocol: 'tcp' | 'udp', address: string, port: number): string {
  const authority = `${address.includes(':') ? `[${address}]` : address}:${port}`
  return protocol === 'tcp' ? `http://${authority}/` : `udp://${authority}`
}

/** Publishes a service: see `Host.publish`. */
export async function publish(
  host: Host,
  hostPort: number,
  service: Service,
  options: PublishOptions = {},
): Promise<Published> {
  const { protocol = service.protocol ?? 'tcp', address: hostAddress } = options
  const wanted = { protocol, hostPort, port: service.port }
  const mappings = parsePortMapping(hostAddress === undefined ? wanted : { ...wanted, hostAddress })
  const address = serverAddress(host, service)
  const link = await linkTo(host, address)
  const ports = hostPortsOf(host.netns)
  const [claimed = { ...wanted }] = ports.claim(mappings, `"${service.node.label}"`)
  const published: PublishedPort = { ...claimed, address }
  const firewall = firewallOf(host.netns)
  try {
    await firewall.addService(link.name, published)
  } catch (failure) {
    ports.release([claimed])
    throw failure
  }
  forward(host, address)
  const localnet = `net/ipv4/conf/${link.name}/route_localnet`
  if (!address.includes(':')) host.netns.setSysctl(localnet, 1)
  await setHairpin(host, service.node, address)
  let isThere = true
  const unpublish = async () => {
    if (!isThere) return
    isThere = false
    await firewall.removeService(link.name, published)
    ports.release([claimed])
  }
  const asked = hostAddress ?? publicAddress(host, link)
  return {
    node: host,
    address: asked,
    port: claimed.hostPort,
    protocol,
    url: urlOf(protocol, asked, claimed.hostPort),
    unpublish,
    [Symbol.asyncDispose]: unpublish,
  }
}
