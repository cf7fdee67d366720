import type { HostRecord } from './space-records.ts'
import type { Space } from './space.ts'

/** A block as its host has it. */
export interface HostBlock {
  space: string
  host: string
  /** `10.244.1.0/24` */
  subnet: string
  /** Its first usable address; undefined in a space without gateways. */
  gateway: string | undefined
  /** What the host said of itself, such as where a tunnel to it ends. */
  data: Readonly<Record<string, string>>
  /** When the host's lease runs out, in milliseconds since 1970; not there: never. */
  expiresAt?: number
  /** From when on to renew it: Flannel's last hour, or the last 24th of a shorter lease. */
  renewAt?: number
}

const HOUR_MS = 3_600_000

export function hostBlock(space: Space, host: string, subnet: string, has: HostRecord): HostBlock {
  const { data, expiresAt } = has
  const gateway = space.poolOf(subnet, host).definition.gateway ?? undefined
  const block = { space: space.name, host, subnet, gateway, data }
  if (expiresAt === null) return block
  const margin = Math.min(HOUR_MS, Math.floor((space.rules.leaseMs ?? 0) / 24))
  return { ...block, expiresAt, renewAt: expiresAt - margin }
}
