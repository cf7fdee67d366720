/** A place where a document shows an address of a machine's link to the outside. */
export interface Sighting {
  /** Number in the list of commands; none for prose. */
  index?: number
  line: number
  host: string
  device?: string
  address: string
  /** Bits of its network, where that is shown. */
  length?: number
  /** Ends `eth0 has 192.0.2.1/24: …`. */
  why: string
  /** How sure that is; shown beats deduced beats words. */
  strength: number
}

/** The router behind those links. */
export interface GatewaySighting {
  index: number
  line: number
  host: string
  device?: string
  address: string
}
