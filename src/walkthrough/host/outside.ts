import type { Answer, Packet } from 'dns-packet'
import { addressAdd } from '../../kernel/netlink/address.ts'
import type { UdpHandler } from '../../kernel/udp-server.ts'
import type { Host } from '../../lab/host.ts'
import type { Lab } from '../../lab/lab.ts'
import type { Segment } from '../../lab/segment.ts'
import type { OutsidePlan, PartPlan } from '../plan/walk-plan.ts'

/** Seconds that an answer of DNS holds. */
const TTL = 60
/** RFC 1035: no such name */
const NXDOMAIN = 3

const isIPv6 = (address: string) => address.includes(':')
const isLinkLocal = (address: string) => /^fe80:/i.test(address)
const bare = (prefix: string) => prefix.split('/', 1)[0] ?? prefix
const lengthOf = (prefix: string) => prefix.split('/')[1] ?? '24'

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
  readonly #segment: Segment
  readonly #part: PartPlan

  private constructor(segment: Segment, part: PartPlan) {
    this.#segment = segment
    this.#part = part
  }

  static async start(lab: Lab, part: PartPlan): Promise<Outside> {
    const segment = await lab.segment('wan')
    const [first] = part.hosts
    const length = lengthOf(first?.prefix ?? '')
    const router = await segment.join('internet', `${part.gateway}/${length}`)
    const { gateway6 } = part
    if (gateway6 !== undefined) {
      const six = part.hosts.find(({ prefix6 }) => prefix6 !== undefined)?.prefix6 ?? '/64'
      await (await router.link('eth0')).addAddress(`${bare(gateway6)}/${lengthOf(six)}`)
      // An address of the link alone leads to no subnet.
      if (isLinkLocal(gateway6)) await router.addRoute({ to: six, dev: 'eth0' })
    }
    const lo = await router.link('lo')
    for (const { address } of part.outside) {
      await lo.addAddress(`${address}/${isIPv6(address) ? 128 : 32}`)
    }
    const texts = new Map(part.outside.map(({ address, http }) => [address, http]))
    await router.serve(80, ({ local }) => texts.get(local) ?? '')
    await router.serveUdp(53, await nameServer(part.outside))
    return new Outside(segment, part)
  }

  /** Gives a machine its link, its address and its way out. */
  async join(host: Host): Promise<void> {
    const plan = this.#part.hosts.find(({ name }) => name === host.label)
    if (plan === undefined) return
    await this.#segment.join(host, plan.prefix, { device: plan.device })
    const dev = plan.device
    await host.addRoute({ to: 'default', via: bare(this.#part.gateway), dev })
    // Its kernel gives it a link-local one, as on a machine.
    const { index, name } = await host.link(dev)
    if (plan.prefix6 !== undefined) host.netns.execute(addressAdd({ index, name }, plan.prefix6))
    const { gateway6 } = this.#part
    if (gateway6 !== undefined) await host.addRoute({ to: '::/0', via: bare(gateway6), dev })
  }
}

/** Whom a machine asks for names: one that has none of its own is there for that. */
export function nameServerOf({ outside }: PartPlan): string | undefined {
  return (outside.find(({ names }) => names.length === 0) ?? outside[0])?.address
}
