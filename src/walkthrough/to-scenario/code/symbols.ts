/** A host or a container of the scenario. */
export class NodeSymbol {
  readonly label: string
  /** Of a container: the host that it is on. */
  readonly host: NodeSymbol | undefined
  /** What the script calls it. */
  readonly variable: string
  /** By the names that they have now. */
  readonly links = new Map<string, LinkSymbol>()
  /** Addresses that answered it. */
  readonly spokenTo = new Set<string>()

  constructor(label: string, variable: string, host?: NodeSymbol) {
    this.label = label
    this.variable = variable
    this.host = host
  }

  /** What it calls `name`; one that the script did not make itself is there all the same. */
  link(name: string): LinkSymbol {
    return this.links.get(name) ?? new LinkSymbol(this, name)
  }

  /** Every address that the script gave it, without prefix length. */
  get addresses(): string[] {
    return [...this.links.values()].flatMap(link => [...link.addresses])
  }
}

/** A link of the scenario, wherever it is by now, and whatever it is called there. */
export class LinkSymbol {
  node: NodeSymbol
  name: string
  /** Without prefix length. */
  readonly addresses = new Set<string>()
  /** The other end of a veth pair. */
  peer?: LinkSymbol
  /** By what the script did; undefined: it did not make it. */
  isUp?: boolean

  constructor(node: NodeSymbol, name: string) {
    this.node = node
    this.name = name
    node.links.set(name, this)
  }

  moveTo(node: NodeSymbol): void {
    this.node.links.delete(this.name)
    this.node = node
    this.addresses.clear()
    this.isUp = false
    node.links.set(this.name, this)
  }

  rename(name: string): void {
    this.node.links.delete(this.name)
    this.name = name
    this.node.links.set(name, this)
  }

  delete(): void {
    this.node.links.delete(this.name)
  }
}
