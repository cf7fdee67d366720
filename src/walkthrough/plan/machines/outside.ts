import type { FrontMatter } from '../../document/front-matter.ts'
import type { Subnet } from '../../../ipam/subnet.ts'
import { showsSuccess } from '../steps/shown-result.ts'
import { scopeOf, type PlacedCommand } from '../typing/placed-command.ts'
import type { Guess, OutsidePlan } from '../walk-plan.ts'
import { destinationsOf, isHostName, nameServersOf } from './destinations.ts'
import type { Destination, NameServer } from './destinations.ts'
import {
  addressesIn,
  familyOf,
  isIP,
  isPrivate,
  isPublic,
  spelling,
  subnetOf,
} from './addresses.ts'
import { isFollower, ownPages, shownPage, type ShownPage } from './shown-page.ts'
import type { OwnAddresses } from './own-addresses.ts'

/** Asked for names everywhere; they answer that, whatever else they are used for. */
const RESOLVERS = {
  4: ['8.8.8.8', '8.8.4.4', '1.1.1.1', '114.114.114.114', '223.5.5.5', '9.9.9.9'],
  6: ['2001:4860:4860::8888', '2606:4700:4700::1111', '2400:3200::1', '2620:fe::fe'],
}
const OWN_RESOLVER = { 4: '198.51.100.53', 6: '2001:db8:53::53' }
/** Made-up addresses of names count up from here. */
const MADE_UP = { 4: '198.51.100.0/24', 6: '2001:db8:53::/64' }
/** `PING example.com(server.example.net (2001:db8::1)) 56 data bytes` */
const PINGED6 = /^PING ([\w.-]+) ?\((?:\S+ \()?([\da-f:]+)\)/
const PARENTHESISED = /\b((?:[\w-]+\.)+[a-z]{2,24}) \((\d+(?:\.\d+){3})\)/gi
const ANSWER = /^((?:[\w-]+\.)+[a-z]{2,24})\.\s+\d+\s+IN\s+(?:A|AAAA)\s+([\da-f.:]+)/i
const HAS_ADDRESS = /^((?:[\w-]+\.)+[a-z]{2,24}) has (?:IPv6 )?address ([\da-f.:]+)/i
/** wget: `Resolving example.com (example.com)... 192.0.2.7, 2001:db8::7` */
const RESOLVED = /^Resolving ([\w.-]+?)(?: \([^)]*\))?\.\.\. (.*)$/

/** What a reader says where the document talks to somebody of its own. */
const NOBODY = 'outside: []'

export interface OutsideClues {
  placed: readonly PlacedCommand[]
  frontMatter: FrontMatter
  own: OwnAddresses
  /** The segment that the machines are on, in each family that they have there, and who is there. */
  segments: readonly Subnet[]
  taken: readonly string[]
  /** Names of machines and namespaces. */
  names: ReadonlySet<string>
}

/** DNS knows no capitals, and a dot may end every name. */
const plainName = (name: string) => name.toLowerCase().replace(/\.$/, '')
const keyOf = (name: string, family: 4 | 6) => `${family} ${plainName(name)}`

/** To whom captures on machines' own links show packets: on the same segment, those answer ARP. */
function receivers(placed: readonly PlacedCommand[]): Set<string> {
  const captures = placed.filter(
    one => one.nature === 'capture' && one.simple.every(simple => scopeOf(one, simple) === ''),
  )
  const lines = captures.flatMap(({ command: { shown = [] } }) => shown)
  return new Set(lines.map(line => /\bIP \S+ > (\d+(?:\.\d+){3})[.:]/.exec(line)?.[1] ?? ''))
}

/** The addresses that output shows for names, by `keyOf` them. */
function shownAddresses(placed: readonly PlacedCommand[]): Map<string, string> {
  const found = new Map<string, string>()
  const add = (name = '', address = '') => {
    const key = keyOf(name, familyOf(address))
    if (isPublic(address) && !found.has(key)) found.set(key, spelling(address))
  }
  for (const { command } of placed) {
    let asked: string | undefined
    for (const text of command.shown ?? []) {
      for (const [, name, address] of text.matchAll(PARENTHESISED)) add(name, address)
      for (const pattern of [ANSWER, HAS_ADDRESS, PINGED6]) {
        const [, name, address] = pattern.exec(text) ?? []
        add(name, address)
      }
      const [, resolved, answers = ''] = RESOLVED.exec(text) ?? []
      for (const address of addressesIn(answers)) add(resolved, address)
      // nslookup's answer stands on two lines.
      asked = /^Name:\s+(\S+)/.exec(text)?.[1] ?? asked
      const [, address] = /^Address:\s+(\S+)\s*$/.exec(text) ?? []
      if (asked !== undefined) add(asked, address)
    }
  }
  return found
}

class Outside {
  readonly #clues: OutsideClues
  readonly #receivers: ReadonlySet<string>
  readonly #plans = new Map<string, OutsidePlan>()
  readonly #guesses: Guess[] = []
  /** Those whose page is known. */
  readonly #known = new Set<OutsidePlan>()
  /** What is known of other pages, line by line. */
  readonly #found = new Map<OutsidePlan, string>()
  #next = 1

  constructor(clues: OutsideClues) {
    this.#clues = clues
    this.#receivers = receivers(clues.placed)
    for (const { address: given, names = [], http } of clues.frontMatter.outside ?? []) {
      const address = spelling(given)
      this.#plans.set(address, {
        address,
        names: names.map(plainName),
        http: http ?? hello(names[0] ?? address),
        ...(http === undefined ? {} : { isGiven: true }),
      })
    }
  }

  /** Behind the gateway; a private address only when the document shows that somebody answers. */
  #isOutside(address: string, isShown = false): boolean {
    const { own, taken, segments } = this.#clues
    if (own.isGiven(address) || taken.includes(address)) return false
    const isBeside = segments.some(segment => segment.contains(address))
    if (isBeside || !isPublic(address)) {
      return isShown && isPrivate(address) && (isBeside || !own.has(address))
    }
    return !own.has(address)
  }

  /** On the machines' segment, where packets are shown that went to it. */
  #isBeside(address: string): boolean {
    if (!this.#receivers.has(address)) return false
    return this.#clues.segments.some(segment => segment.contains(address))
  }

  #madeUp(family: 4 | 6): string {
    const { own, segments } = this.#clues
    for (;;) {
      const address = subnetOf(MADE_UP[family])!.nth(Math.min(this.#next++, 250))
      const isFree =
        !own.has(address) &&
        segments.every(segment => !segment.contains(address)) &&
        !this.#plans.has(address)
      if ((isFree && address !== OWN_RESOLVER[family]) || this.#next > 250) return address
    }
  }

  #named(name: string, family: 4 | 6): OutsidePlan | undefined {
    return [...this.#plans.values()].find(
      ({ address, names }) => familyOf(address) === family && names.includes(name),
    )
  }

  /** Adds what is not known of a site yet. */
  #learn(site: OutsidePlan, { status, headers, body, found = '', isOwn = false }: ShownPage): void {
    if (site.isGiven === true) return
    if (isOwn || isPrivate(site.address)) site.isDoubtful = true
    if (site.isDoubtful === true) return
    if (status !== undefined) site.status ??= status
    if (headers !== undefined) site.headers = { ...headers, ...site.headers }
    const before = this.#found.get(site) ?? ''
    if (!before.includes(found)) this.#found.set(site, before + found)
    if (body === undefined || this.#known.has(site)) return
    site.http = body
    this.#known.add(site)
  }

  /** Somebody whom a command talks to, and what it shows of the page. */
  add(destination: Destination, page: ShownPage, shown: ReadonlyMap<string, string>): void {
    const { to, line } = destination
    const isNumber = isIP(to)
    const name = plainName(to)
    const family = destination.isIPv6 ? 6 : 4
    const isShown = showsSuccess(destination.placed.command) !== undefined || this.#isBeside(to)
    if (isNumber ? !this.#isOutside(to, isShown) : this.#clues.names.has(name)) return
    const known = isNumber ? this.#plans.get(to) : this.#named(name, family)
    if (known !== undefined) return this.#learn(known, page)
    const seen = shown.get(keyOf(name, family))
    const isMadeUp = !isNumber && seen === undefined
    const address = isNumber ? to : (seen ?? this.#madeUp(family))
    const names = isNumber ? [] : [name]
    const there = this.#plans.get(address)
    if (there !== undefined) {
      there.names.push(...names)
      return this.#learn(there, page)
    }
    const site = { address, names, http: hello(to) }
    this.#learn(site, page)
    this.#plans.set(address, site)
    this.#guesses.push({
      text: isNumber
        ? `${to} answers behind the gateway`
        : `${to} is ${address} behind the gateway`,
      line,
      why: isMadeUp ? 'it is used, and no address of it is shown' : 'it is used',
      instead: isNumber ? NOBODY : `outside: [{ address: ${address}, names: [${name}] }]`,
    })
  }

  /** Whom machines ask for names in a family. */
  #resolver(asked: readonly NameServer[], family: 4 | 6): OutsidePlan {
    const ofFamily = asked.filter(({ address }) => familyOf(address) === family)
    const isBare = (address: string) => this.#plans.get(address)?.names.length === 0
    const used = [...ofFamily.map(({ address }) => address), ...RESOLVERS[family]].find(isBare)
    const own = ofFamily.find(
      ({ address }) => isPublic(address) && this.#isOutside(address) && !this.#plans.has(address),
    )
    if (used === undefined && own !== undefined) {
      const { address, line } = own
      this.#guesses.push({
        text: `${address} answers behind the gateway, to questions for names too`,
        line,
        why: 'it is to be asked for names',
        instead: NOBODY,
      })
    }
    const address = used ?? own?.address ?? OWN_RESOLVER[family]
    return this.#plans.get(address) ?? { address, names: [], http: hello(address) }
  }

  /** Whom machines ask for names comes first, without a name of its own: one of each family. */
  plans(asked: readonly NameServer[]): OutsidePlan[] {
    for (const [site, found] of this.#found) if (!this.#known.has(site)) site.http = found
    const others = [...this.#plans.values()]
    const isIPv6 = this.#clues.segments.some(({ family }) => family === 6)
    const resolvers = (isIPv6 ? ([4, 6] as const) : ([4] as const)).map(family =>
      this.#resolver(asked, family),
    )
    return [...resolvers, ...others.filter(one => !resolvers.includes(one))]
  }

  get guesses(): Guess[] {
    return this.#guesses
  }
}

const hello = (name: string) => `hello from ${name}\n`

/** Names that the document itself gives addresses, in `/etc/hosts` or a name server of its own. */
function ownNames(placed: readonly PlacedCommand[]): string[] {
  return placed.flatMap(({ command: { text } }) =>
    /\/etc\/(?:netns\/\S+\/)?hosts|--address=|--host-record=|address=\//.test(text)
      ? text.split(/[\s"'/=,]+/).filter(isHostName)
      : [],
  )
}

/** Who answers behind the machines' gateway: every public address and name that commands use. */
export function outsideOf(clues: OutsideClues): { outside: OutsidePlan[]; guesses: Guess[] } {
  const { placed, frontMatter } = clues
  const names = new Set([...clues.names, ...ownNames(placed)].map(plainName))
  const outside = new Outside({ ...clues, names })
  // An empty list says: nobody.
  const isNobody = frontMatter.outside?.length === 0
  if (!isNobody) {
    const shown = shownAddresses(placed)
    const destinations = placed.flatMap(destinationsOf)
    const isOwnPage = ownPages(clues, destinations)
    const followed = new Set(destinations.filter(isFollower).map(({ to }) => to))
    for (const destination of destinations) {
      const page = { ...shownPage(destination), isOwn: isOwnPage(destination) }
      const leadsOn = page.status !== undefined && page.status >= 300 && page.status < 400
      // Where that is, nobody knows.
      const isLost = leadsOn && followed.has(destination.to)
      outside.add(destination, isLost ? { isOwn: page.isOwn } : page, shown)
    }
  }
  const plans = outside.plans(isNobody ? [] : placed.flatMap(nameServersOf))
  return { outside: plans, guesses: outside.guesses }
}
