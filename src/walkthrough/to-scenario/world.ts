import type { HostPlan, OutsidePlan, PartPlan } from '../plan/walk-plan.ts'
import { Identifiers } from './code/identifiers.ts'
import { LinkSymbol, NodeSymbol } from './code/symbols.ts'
import { containersOf } from './namespaces.ts'

/** A name for what is the machine's own namespace anyway. */
const OWN = /^(?:default|host|root|init)$/

const bare = (prefix: string) => prefix.split('/', 1)[0] ?? prefix
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
const speaksOf = (text: string, word: string) =>
  word !== '' && new RegExp(`(?<![\\w.:-])${escaped(word)}(?![\\w-]|[.:]\\w)`, 'i').test(text)

/** Somebody behind the gateway whom the script speaks of. */
export interface OutsideSymbol extends OutsidePlan {
  /** The constant that holds its address. */
  variable: string
}

/** What there is in a part of a scenario, and what the script calls it. */
export class World {
  readonly names = new Identifiers()
  readonly hosts = new Map<string, NodeSymbol>()
  readonly containers: NodeSymbol[] = []
  readonly outside: OutsideSymbol[]
  /** Whether hosts need their link to the outside at all. */
  readonly hasUplink: boolean
  readonly segment: { label: string; variable: string }
  readonly internet: NodeSymbol
  readonly #part: PartPlan

  constructor(part: PartPlan) {
    this.#part = part
    for (const { name } of part.hosts) this.hosts.set(name, this.#node(name))
    const made = containersOf(part)
    for (const plan of part.hosts) this.#containers(plan, made.get(plan.name) ?? new Set())
    const free = (...labels: string[]) => labels.find(label => !this.#isTaken(label)) ?? 'uplink0'
    const label = free('uplink', 'wan', 'wire')
    this.segment = { label, variable: this.names.name(label) }
    this.internet = this.#node(free('internet', 'outside', 'router'))
    this.outside = this.#spokenOf()
    this.hasUplink = this.outside.length > 0 || part.hosts.length > 1 || this.#usesUplink()
    if (this.hasUplink) for (const plan of part.hosts) this.#uplink(plan)
  }

  #node(label: string, host?: NodeSymbol): NodeSymbol {
    return new NodeSymbol(label, this.names.name(label), host)
  }

  #isTaken(label: string): boolean {
    return this.hosts.has(label) || this.containers.some(one => one.label === label)
  }

  #containers({ name, namespaces }: HostPlan, made: ReadonlySet<string>): void {
    const host = this.hosts.get(name)
    if (host === undefined) return
    const there = namespaces.filter(namespace => !OWN.test(namespace))
    for (const label of new Set([...there, ...made])) {
      const isTaken = this.#isTaken(label)
      const variable = this.names.name(isTaken ? `${label}-${name}` : label)
      this.containers.push(new NodeSymbol(label, variable, host))
    }
  }

  #uplink({ name, device, prefix }: HostPlan): void {
    const host = this.hosts.get(name)
    if (host !== undefined) new LinkSymbol(host, device).addresses.add(bare(prefix))
  }

  #texts(): string[] {
    return this.#part.steps.map(({ command }) => command.text)
  }

  #spokenOf(): OutsideSymbol[] {
    const text = this.#texts().join('\n')
    const used = this.#part.outside.filter(({ address, names }) =>
      [address, ...names].some(word => speaksOf(text, word)),
    )
    return used.map(plan => ({
      ...plan,
      variable: this.names.name(used.length === 1 ? 'outside' : (plan.names[0] ?? 'outside')),
    }))
  }

  /** Whether a host's own link, its address or its router has a part in it. */
  #usesUplink(): boolean {
    const { gateway, hosts, steps } = this.#part
    return steps.some(({ command: { text }, namespace }) =>
      hosts.some(({ device, prefix }) => {
        const onHost = text
          .split('\n')
          .filter(line => namespace === undefined && !/\bnetns exec\b|\bip -n\b/.test(line))
          .join('\n')
        return (
          [gateway, bare(prefix)].some(word => speaksOf(text, word)) || speaksOf(onHost, device)
        )
      }),
    )
  }

  /** A network namespace of a machine by its name, as far as the script has it. */
  find(host: NodeSymbol, namespace: string): NodeSymbol | undefined {
    const plan = this.#part.hosts.find(({ name }) => name === host.label)
    if (OWN.test(namespace) && plan?.namespaces.includes(namespace) === true) return host
    return this.containers.find(one => one.label === namespace && one.host === host)
  }

  /** A container by an address that is the only one it has. */
  nodeAt(address: string): NodeSymbol | undefined {
    const found = this.containers.filter(({ addresses }) => addresses.includes(address))
    const [only] = found
    return found.length === 1 && only?.addresses.length === 1 ? only : undefined
  }

  outsideAt(addressOrName: string): OutsideSymbol | undefined {
    const name = addressOrName.toLowerCase()
    return this.outside.find(one => one.address === name || one.names.includes(name))
  }
}
