/** What a lab is made of, as the kernel has it; what a drawing is made from. */
export interface Topology {
  nodes: TopologyNode[]
  /** Networks of the network model, by name. */
  networks: TopologyNetwork[]
}

/** A namespace: a host, a container, or the switch of a segment. */
export interface TopologyNode {
  /** The namespace's name: unique in a lab. */
  id: string
  /** What a person reads. */
  label: string
  kind: 'host' | 'container' | 'segment'
  /** The `id` of a container's host. */
  host?: string
  /** It has no network namespace of its own but its host's. */
  isSharing: boolean
  /**
   * All but those that are in every namespace and that nobody uses: `lo` when it has nothing but its
   * own address, `tunl0`, `gre0` and the like. Of a node that is sharing none.
   */
  links: TopologyLink[]
  /** Of the main table, as `ip route` prints them; without those that come with an address. */
  routes: string[]
  /** Rules that rewrite addresses, as `iptables-save` prints them; of `nft` alone, as it takes them. */
  nat: string[]
}

export interface TopologyLink {
  name: string
  /** The kernel's word: `veth`, `bridge`, `vxlan`, `ipip`, `gre`, `gretap`, `vlan`, `macvlan`, `tun`, `lo`. */
  kind: string
  isUp: boolean
  mtu: number
  mac?: string
  /** With prefix length; link-local ones are left out. */
  addresses: string[]
  /** The name of the bridge that it is a port of. */
  master?: string
  /** The other end of a veth pair. */
  peer?: { node: string; link: string }
  /** The link that a VLAN or macvlan device is on. */
  parent?: string
  /** The node that the parent is on, when that is another one. */
  parentNode?: string
  tunnel?: TopologyTunnel
}

/** What a link sends through an underlay. */
export interface TopologyTunnel {
  /** The VNI, key or VLAN tag. */
  id?: number
  local?: string
  /** Addresses that it sends to. */
  remotes: string[]
  /** Carried by a stand-in in this process, and not by the kernel. */
  isStandIn: boolean
}

export interface TopologyNetwork {
  name: string
  driver: string
  subnet: string
  endpoints: {
    /** The container's node `id`. */
    node: string
    link: string
    address: string
    /** Published ports, as typed: `8080:80/tcp`. */
    ports: string[]
  }[]
}
