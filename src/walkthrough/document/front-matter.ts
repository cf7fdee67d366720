/** A machine that a document takes for granted. */
export interface HostMatter {
  /** Of its link to the outside, with their prefixes: `192.0.2.1/24`; one of each family at most. */
  address?: string[]
  /** Default: `eth0`. */
  device?: string
  /** Of that link. Default: as the document shows it, or 1500. */
  mtu?: number
}

/** Who answers behind the hosts' gateway. */
export interface OutsideMatter {
  address: string
  /** What DNS says for it. */
  names?: string[]
  /** What it answers to any HTTP request. */
  http?: string
}

/**
 * What a reader may say at the head of a document, below the key `tnet-lab`; everything that is left
 * out is guessed.
 *
 * @example
 * ---
 * tnet-lab:
 *   hosts:
 *     node1: 192.0.2.1/24
 *     node2: { address: [192.0.2.2/24, 2001:db8::2/64], device: ens3, mtu: 9001 }
 *   gateway: 192.0.2.254
 *   outside:
 *     - { address: 198.51.100.7, names: [example.com], http: hello }
 *   forward: DROP
 *   namespaces: [default]
 *   sysctls: { net.ipv4.ip_forward: 1 }
 *   setup: ip link add dummy0 type bridge
 *   timeout: 60
 * ---
 */
export interface FrontMatter {
  hosts?: Record<string, HostMatter>
  /** The router behind the hosts' links: one address of each family at most. */
  gateway?: string[]
  outside?: OutsideMatter[]
  /** The policy of FORWARD on every host: `DROP` as where Docker runs. */
  forward?: 'ACCEPT' | 'DROP'
  /** Named network namespaces that are there from the beginning. */
  namespaces?: string[]
  sysctls?: Record<string, string>
  /** Shell commands that run on every host beforehand. */
  setup?: string
  /** Seconds that the whole walk may take. */
  timeout?: number
  tags?: string[]
  /** What the kernel must have, in the words of `tnet-lab doctor`. */
  requires?: string[]
}
