import type { Container } from '../../../src/lab/container.ts'
import type { LabNetwork } from '../../../src/lab/lab-network.ts'
import type { OwnNetworkOptions } from '../../../src/lab/lab-network-options.ts'
import { threeHosts, type ThreeHosts } from './cross-host.ts'

/** Of the underlay, where no host is. */
export const range = '192.0.2.64/26'

/** Nothing answers, for a short while. */
export const silent = { windowMs: 100 }

export interface Lan extends ThreeHosts {
  lan: LabNetwork
  /** On alpha. */
  web: Container
  app: Container
  /** On beta. */
  db: Container
}

/**
 *     web .64 ─┐                                       ┌─ .66 db
 *     app .65 ─┴─ alpha .1 ──── wan ──── beta .2 ──────┘
 *                           192.0.2.0/24
 */
export async function lanNetwork(options: Partial<OwnNetworkOptions> = {}): Promise<Lan> {
  const w = await threeHosts()
  const { networks, alpha, beta } = w
  const lan = await networks.create('lan', {
    driver: 'macvlan',
    range,
    hosts: [alpha, beta],
    ...options,
  })
  const web = await alpha.container('web', { network: lan })
  const app = await alpha.container('app', { network: lan })
  const db = await beta.container('db', { network: lan })
  return { ...w, lan, web, app, db }
}
