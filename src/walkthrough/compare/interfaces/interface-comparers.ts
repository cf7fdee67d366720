import type { Comparer } from '../comparison.ts'
import { compareBridgeMacs, compareBridges, compareSpanningTree } from './brctl.ts'
import { compareBridgeLinks, compareVlans } from './bridge-links.ts'
import { compareErrors } from './error-comparer.ts'
import { compareForwarding } from './forwarding.ts'
import { compareInterfaces } from './ifconfig.ts'
import { compareDevices } from './ip-devices.ts'
import { compareLegacyRoutes } from './legacy-routes.ts'
import { compareNamespaces } from './namespaces.ts'
import { compareArp, compareNeighbours } from './neighbours.ts'
import { compareGroups, compareRules, compareTunnels } from './policy.ts'
import { compareRoutes } from './routes.ts'
import { compareSockets } from './sockets.ts'
import { compareDrivers, compareFileValues, compareSysctls } from './values.ts'

/** Those for tools that show links, addresses, routes, neighbours, bridges, namespaces, sockets. */
export const interfaceComparers: readonly Comparer[] = [
  compareErrors,
  compareDevices,
  compareRoutes,
  compareNeighbours,
  compareNamespaces,
  compareRules,
  compareTunnels,
  compareGroups,
  compareBridgeLinks,
  compareForwarding,
  compareVlans,
  compareBridges,
  compareBridgeMacs,
  compareSpanningTree,
  compareInterfaces,
  compareLegacyRoutes,
  compareArp,
  compareSockets,
  compareSysctls,
  compareFileValues,
  compareDrivers,
]
