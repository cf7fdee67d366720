import { setImmediate } from 'node:timers/promises'
import type { Answer, Packet } from 'dns-packet'
import { parseInterface } from '../../ipam/interface-address.ts'
import { addressAdd } from '../../kernel/netlink/address.ts'
import type { UdpHandler } from '../../kernel/udp-server.ts'
import type { Host } from '../../lab/host.ts'
import type { Lab } from '../../lab/lab.ts'
import type { Segment } from '../../lab/segment.ts'
import { USUAL_MTU, wireMtu } from '../plan/machines/wire-mtu.ts'
import type { OutsidePlan, PartPlan } from '../plan/walk-plan.ts'

/** Seconds that an answer of DNS holds. */
const TTL = 60
/** RFC 1035: no such name */
const NXDOMAIN = 3

const isIPv6 = (address: string) => address.includes(':')
const isLinkLocal = (address: string) => /^fe80:/i.test(address)
const lengthOf = ([first = '']: readonly string[]) => first.split('/')[1] ?? '24'
/** The gateway's address is outside of its machine's network, as where a machine has none. */
const isFar = (gateway: string, prefix: string) =>
  !isLinkLocal(gateway) && !parseInterface(prefix).subnet.contains(gateway)

/** What DNS says of a question: an address for a name, a name for an address. */
function answerOf(outside: readonly OutsidePlan[], type: string, name: string): Answer | undefined {
  const asked = name.toLowerCase().replace(/\.$/, '')
  const about = { name, ttl: TTL }
  if (type === 'PTR') {
    const address = asked
      .replace(/\.in-addr\.arpa$/, '')
      .split('.')
      .toReversed()
      .join('.')
    const found = outside.find(one => one.address === address)?.names[0]
    return found === undefined ? undefined : { ...about, type: 'PTR', data: found }
  }
  if (type !== 'A' && type !== 'AAAA') return undefined
  const isWanted = ({ address }: OutsidePlan) => isIPv6(address) === (type === 'AAAA')
  const found = outside.find(one => isWanted(one) && one.names.includes(asked))
  return found === undefined ? undefined : { ...about, type, data: found.address }
}

async function nameServer(outside: readonly OutsidePlan[]): Promise<UdpHandler> {
  const { decode, encode } = await import('dns-packet')
  const known = new Set(outside.flatMap(({ names }) => names))
  return ({ data }) => {
    let query: Packet
    try {
      query = decode(data)
    } catch {
      return undefined // no question: no answer
    }
    const { id = 0, questions = [], flags = 0 } = query
    const answers = questions.flatMap(({ type, name }) => answerOf(outside, type, name) ?? [])
    const isKnown = questions.some(({ name }) => known.has(name.toLowerCase()))
    const status = answers.length > 0 || isKnown ? 0 : NXDOMAIN
    // RFC 1035: as asked, answered with authority, recursion available
    const said = (flags & 0x100) | 0x480 | status
    return encode({ type: 'response', id, flags: said, questions, answers })
  }
}

/**
 * What lies behind the links of a document's machines: a router, and every public address that the
 * document uses, which answer ping, DNS and HTTP. It has no route back to what is behind the
 * machines, as the internet has none to private subnets.
 *
 * ```
 * machine eth0 ── wan ── router (its lo has 114.114.114.114/32, …)
 * ```
 */
export class Outside {
  /** Over when DNS and HTTP are answered; rejects as `lab` says. */
  readonly serving: Promise<void>
  readonly #segment: Segment
  readonly #part: PartPlan

  private constructor(segment: Segment, part: PartPlan, router: Host) {
    this.#segment = segment
    this.#part = part
    this.serving = serve(router, part)
    // Whoever waits for it hears of it.
    this.serving.catch(() => {})
  }

  static async start(lab: Lab, part: PartPlan): Promise<Outside> {
    const mtu = wireMtu(part.hosts)
    const segment = await lab.segment('wan', mtu === USUAL_MTU ? {} : { mtu })
    const { gateway, gateway6 } = part
    const prefixes = part.hosts.map(({ prefix }) => prefix)
    const own = `${gateway}/${lengthOf(prefixes)}`
    const router = await segment.join(outsideLabel(part), own)
    await leadBack(router, own, prefixes)
    if (gateway6 !== undefined) {
      const prefixes6 = part.hosts.flatMap(({ prefix6 }) => prefix6 ?? [])
      const own6 = `${gateway6}/${lengthOf(prefixes6)}`
      await (await router.link('eth0')).addAddress(own6)
      await leadBack(router, own6, prefixes6)
    }
    const lo = await router.link('lo')
    for (const { address } of part.outside) {
      await lo.addAddress(`${address}/${isIPv6(address) ? 128 : 32}`)
    }
    return new Outside(segment, part, router)
  }

  /** Gives a machine its link, its address and its way out. */
  async join(host: Host): Promise<void> {
    const plan = this.#part.hosts.find(({ name }) => name === host.label)
    if (plan === undefined) return
    await this.#segment.join(host, plan.prefix, { device: plan.device })
    const dev = plan.device
    const { mtu = USUAL_MTU } = plan
    if (mtu !== wireMtu(this.#part.hosts)) await (await host.link(dev)).setMtu(mtu)
    const { gateway, gateway6 } = this.#part
    const out = (to: string, via: string, prefix: string) =>
      host.addRoute({ to, via, dev, onlink: isFar(via, prefix) })
    await out('default', gateway, plan.prefix)
    if (plan.prefix6 === undefined || gateway6 === undefined) return
    // Its kernel gives it a link-local one, as on a machine.
    const { index, name } = await host.link(dev)
    host.netns.execute(addressAdd({ index, name }, plan.prefix6))
    await out('::/0', gateway6, plan.prefix6)
  }
}

/** Begins when nothing else is to be done: while a machine starts, there is. */
async function serve(router: Host, { outside, steps }: PartPlan): Promise<void> {
  await setImmediate()
  const answers = new Map(
    outside.map(({ address, http: body, status = 200, headers = {} }) => [
      address,
      { status, headers, body },
    ]),
  )
  await router.serve(80, ({ local }) => answers.get(local) ?? '')
  // Who speaks TLS there has no certificate, so it says nothing.
  if (steps.some(({ command }) => /https:|\b443\b/.test(command.text))) {
    await router.serveTcp(443, socket => socket.once('data', () => socket.destroy()))
  }
  await router.serveUdp(53, await nameServer(outside))
}

/** What the router is called: a document may have a machine of that name. */
export function outsideLabel({ hosts }: PartPlan): string {
  let label = 'internet'
  while (hosts.some(({ name }) => name === label)) label = `the ${label}`
  return label
}

/** Ways to those machines that the router's own address does not lead to, and from one to another. */
async function leadBack(router: Host, own: string, prefixes: readonly string[]): Promise<void> {
  const near = parseInterface(own).subnet
  const far = new Set(
    prefixes
      .map(prefix => parseInterface(prefix).subnet)
      .filter(subnet => !near.contains(subnet))
      .map(String),
  )
  for (const to of far) await router.addRoute({ to, dev: 'eth0' })
  const forwarding = isIPv6(own) ? 'net.ipv6.conf.all.forwarding' : 'net.ipv4.ip_forward'
  if (far.size > 1) await router.sysctl(forwarding, 1)
}

/** Whom machines ask for names, in that order: those that have none of their own are there for that. */
export function nameServersOf({ outside, gateway6 }: PartPlan): string[] {
  const servers = [false, true].map(six =>
    outside.find(({ address, names }) => isIPv6(address) === six && names.length === 0),
  )
  return servers
    .flatMap(one => one?.address ?? [])
    .filter(address => !isIPv6(address) || gateway6 !== undefined)
}
