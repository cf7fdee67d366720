/** What each protocol's header says, in its own words and units. */
export interface Ethernet {
  protocol: 'ethernet'
  source: string
  destination: string
  /** EtherType, such as 0x0800. */
  type: number
}

export interface Vlan {
  protocol: 'vlan'
  id: number
  priority: number
  type: number
}

export interface Arp {
  protocol: 'arp'
  /** 1 request, 2 reply. */
  operation: number
  senderMac: string
  sender: string
  targetMac: string
  target: string
  /** With the padding that comes after it. */
  length: number
}

export interface Ipv4 {
  protocol: 'ipv4'
  source: string
  destination: string
  ttl: number
  id: number
  dontFragment: boolean
  moreFragments: boolean
  /** Where this fragment's bytes belong, counted in bytes. */
  fragmentOffset: number
  /** Protocol number of what it carries. */
  carries: number
  /** Header and all that it carries. */
  totalLength: number
}

export interface Ipv6 {
  protocol: 'ipv6'
  source: string
  destination: string
  hopLimit: number
  carries: number
  /** What follows the header. */
  payloadLength: number
  /** Numbers of the extension headers that stand in between. */
  extensions: number[]
  /** Of a fragment: where its bytes belong, and how many they are. */
  fragment?: { offset: number; length: number }
}

/** The names of the types that are told apart; any other is `type 42`. */
export interface Icmp {
  protocol: 'icmp' | 'icmpv6'
  type: number
  code: number
  name: string
  /** Of an echo. */
  id?: number
  sequence?: number
  /** Of "too big". */
  mtu?: number
  /** Of neighbour discovery, or the new gateway of a redirect. */
  target?: string
  /** Of a multicast listener report. */
  records?: number
  /** The packet that an error is about, as far as it is quoted. */
  quoted?: Layer[]
  /** Header and all that follows. */
  length: number
}

export interface Udp {
  protocol: 'udp'
  sourcePort: number
  destinationPort: number
  /** Bytes after the header. */
  length: number
}

export type TcpFlag = 'fin' | 'syn' | 'rst' | 'psh' | 'ack' | 'urg' | 'ece' | 'cwr'

export interface Tcp {
  protocol: 'tcp'
  sourcePort: number
  destinationPort: number
  sequence: number
  acknowledgement: number
  flags: TcpFlag[]
  window: number
  /** The urgent pointer. */
  urgent: number
  /** As tcpdump writes them: `mss 1460`, `sackOK`. */
  options: string[]
  /** Bytes after the header. */
  length: number
}

export interface Vxlan {
  protocol: 'vxlan'
  vni: number
}

export interface Gre {
  protocol: 'gre'
  version: number
  key?: number
  sequence?: number
  hasChecksum: boolean
  /** EtherType; 0x6558 is an Ethernet frame (gretap). */
  type: number
  /** Header and all that follows. */
  length: number
}

/** Bytes that no decoder here knows. */
export interface Data {
  protocol: 'data'
  length: number
}

/** The packet ends within a header of this protocol. */
export interface Truncated {
  protocol: 'truncated'
  within: string
}

export type Layer =
  Ethernet | Vlan | Arp | Ipv4 | Ipv6 | Icmp | Udp | Tcp | Vxlan | Gre | Data | Truncated

/** What a header says comes next. */
export type Next =
  | 'ethernet'
  | 'vlan'
  | 'arp'
  | 'ipv4'
  | 'ipv6'
  | 'icmp'
  | 'icmpv6'
  | 'udp'
  | 'tcp'
  | 'vxlan'
  | 'gre'
  | 'data'

/** One header taken off: what it says, what comes next, and the bytes of that. */
export interface Step {
  layer: Layer
  next?: Next
  rest?: Buffer
}

/** linux/if_ether.h */
export function nextOfEtherType(type: number): Next {
  switch (type) {
    case 0x0800:
      return 'ipv4'
    case 0x86dd:
      return 'ipv6'
    case 0x0806:
      return 'arp'
    case 0x8100:
    case 0x88a8:
      return 'vlan'
    case 0x6558:
      return 'ethernet'
    default:
      return 'data'
  }
}

/** linux/in.h */
export function nextOfIpProtocol(protocol: number): Next {
  switch (protocol) {
    case 1:
      return 'icmp'
    case 4:
      return 'ipv4'
    case 6:
      return 'tcp'
    case 17:
      return 'udp'
    case 41:
      return 'ipv6'
    case 47:
      return 'gre'
    case 58:
      return 'icmpv6'
    default:
      return 'data'
  }
}
