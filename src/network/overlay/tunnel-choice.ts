import { EnvironmentError, UsageError } from '../../errors.ts'
import { hasFeature } from '../../kernel/features.ts'
import type { Network } from '../network.ts'

export type TunnelKind = 'ipip' | 'gre' | 'gretap' | 'vlan'

/** Who makes a tunnel's packets: the kernel's device, or a stand-in with the same bytes. */
export type TunnelMaker = 'kernel' | 'userspace'

export interface TunnelOptions {
  /**
   * `kernel` or `userspace`, for all hosts or by host. Default: the kernel's device where this kernel
   * has it, otherwise a stand-in in this process that puts the same bytes on the wire.
   */
  tunnels?: TunnelMaker | Readonly<Record<string, TunnelMaker>>
}

const makers: readonly unknown[] = ['kernel', 'userspace', undefined]

/** Throws a `UsageError` TNET_NETWORK_OPTION for anything else. */
export function checkTunnels(network: string, { tunnels }: TunnelOptions): void {
  const isByHost = typeof tunnels === 'object' && tunnels !== null
  const all: unknown[] = isByHost ? Object.values(tunnels) : [tunnels]
  const wrong = all.find(maker => !makers.includes(maker))
  if (wrong === undefined) return
  throw new UsageError(`network "${network}": "tunnels" is not ${JSON.stringify(wrong)}`, {
    code: 'TNET_NETWORK_OPTION',
    hint: `say 'kernel' or 'userspace', or which for each host: { alpha: 'kernel' }`,
  })
}

/** @throws EnvironmentError TNET_FEATURE_MISSING when the kernel is to do what it cannot */
export function makerFor(kind: TunnelKind, host: string, { tunnels }: TunnelOptions): TunnelMaker {
  const wanted = typeof tunnels === 'object' ? tunnels[host] : tunnels
  if (wanted === 'userspace') return wanted
  const { available, reason = '', command } = hasFeature(kind)
  if (available) return 'kernel'
  if (wanted === undefined) return 'userspace'
  throw new EnvironmentError(`this kernel has no ${kind} device for "${host}"`, {
    code: 'TNET_FEATURE_MISSING',
    hint: command ?? `let a stand-in do it: tunnels: 'userspace', or leave it out`,
    facts: { kernel: reason },
  })
}

/** Whether hosts may differ in who makes their packets. */
export const isMixed = ({ tunnels }: TunnelOptions): boolean => typeof tunnels === 'object'

/** `tunnels: userspace stand-in (ipip: not in this kernel)`; one line for each kind of maker. */
export function tunnelNotes(kind: TunnelKind, network: Network): string[] {
  const on = (wanted: TunnelMaker) =>
    network.hosts.filter(({ label }) => makerFor(kind, label, network.options) === wanted)
  const [kernel, userspace] = [on('kernel'), on('userspace')]
  const where = (hosts: typeof kernel) =>
    hosts.length === network.hosts.length ? '' : ` on ${hosts.map(({ label }) => label).join(', ')}`
  const { available, reason } = hasFeature(kind)
  const why = available ? 'as asked for' : reason
  return [
    ...(kernel.length > 0 ? [`tunnels: kernel (${kind})${where(kernel)}`] : []),
    ...(userspace.length > 0
      ? [`tunnels: userspace stand-in (${kind}: ${why})${where(userspace)}`]
      : []),
  ]
}
