import type { HostPlan } from '../walk-plan.ts'

/** Of Ethernet. */
export const USUAL_MTU = 1500

/** Bytes that the wire takes which machines share: as many as the largest of their links. */
export const wireMtu = (hosts: readonly Pick<HostPlan, 'mtu'>[]): number =>
  Math.max(...hosts.map(({ mtu = USUAL_MTU }) => mtu))
