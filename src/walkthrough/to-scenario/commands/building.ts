import { ipAddress } from './ip-address.ts'
import { ipLink } from './ip-link.ts'
import { ipNeighbour } from './neighbours.ts'
import { brctl, ifconfig } from './net-tools.ts'
import type { Translation } from './place.ts'
import { ipRoute, route } from './routes.ts'
import { sysctl } from './sysctl.ts'

const ALL: readonly Translation[] = [
  ipLink,
  ipAddress,
  ipRoute,
  ipNeighbour,
  brctl,
  ifconfig,
  route,
  sysctl,
]

/** What changes a node, as the lab says it. */
export const building: Translation = (command, place) => {
  for (const translation of ALL) {
    const statements = translation(command, place)
    if (statements !== undefined) return statements
  }
  return undefined
}
