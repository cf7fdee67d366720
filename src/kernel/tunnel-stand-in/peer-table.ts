import { UsageError } from '../../errors.ts'
import { AF_INET, prefixBytes } from '../netlink/address-bytes.ts'

/** The first `length` bits of an address. */
const masked = (address: number, length: number) =>
  length === 0 ? 0 : (address & (-1 << (32 - length))) >>> 0

function parse(prefix: string): { network: number; length: number } {
  const { family, bytes, length } = prefixBytes(prefix)
  if (family === AF_INET) return { network: masked(bytes.readUInt32BE(0), length), length }
  throw new UsageError(`a tunnel has no peer for ${prefix}`, {
    code: 'TNET_TUNNEL_INVALID',
    hint: 'peers are found by IPv4 prefixes; for IPv6 give the tunnel one remote',
  })
}

/** Which IPv4 prefix is behind which remote; the longest prefix that an address is in counts. */
export class PeerTable<Remote> {
  readonly #byLength = new Map<number, Map<number, Remote>>()
  #lengths: number[] = []

  /** Adds a prefix, or gives it another remote. */
  set(prefix: string, remote: Remote): void {
    const { network, length } = parse(prefix)
    const networks = this.#byLength.get(length) ?? new Map<number, Remote>()
    this.#byLength.set(length, networks.set(network, remote))
    this.#lengths = [...this.#byLength.keys()].sort((a, b) => b - a)
  }

  delete(prefix: string): void {
    const { network, length } = parse(prefix)
    const networks = this.#byLength.get(length)
    networks?.delete(network)
    if (networks?.size !== 0) return
    this.#byLength.delete(length)
    this.#lengths = this.#lengths.filter(other => other !== length)
  }

  /** Every remote, once. */
  remotes(): Remote[] {
    return [...new Set([...this.#byLength.values()].flatMap(networks => [...networks.values()]))]
  }

  /** @param address as a number, 0xc0000201 for 192.0.2.1 */
  find(address: number): Remote | undefined {
    for (const length of this.#lengths) {
      const remote = this.#byLength.get(length)?.get(masked(address, length))
      if (remote !== undefined) return remote
    }
    return undefined
  }
}
