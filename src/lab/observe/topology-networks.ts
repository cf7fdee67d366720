import type { PortMapping } from '../../network/port-mapping.ts'
import type { Lab } from '../lab.ts'
import type { TopologyNetwork } from './topology.ts'

/** `8080:80/tcp`, `127.0.0.1:53:53/udp` */
function portText({ hostAddress, hostPort, port, protocol }: PortMapping): string {
  const bracketed = hostAddress?.includes(':') === true ? `[${hostAddress}]` : hostAddress
  return `${bracketed === undefined ? '' : `${bracketed}:`}${hostPort}:${port}/${protocol}`
}

/** The networks that were created in a lab, by name, and who is on them by now. */
export function topologyNetworks(lab: Lab): TopologyNetwork[] {
  const networks = lab.networksHere().map(({ network: { name, driver, subnet }, placed }) => ({
    name,
    driver,
    subnet,
    endpoints: placed.flatMap(({ place, endpoint }) =>
      endpoint === undefined
        ? []
        : {
            node: place.container.name,
            link: endpoint.device,
            address: endpoint.address,
            ports: endpoint.ports.map(portText),
          },
    ),
  }))
  return networks.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
