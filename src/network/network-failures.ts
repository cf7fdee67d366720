import { UsageError } from '../errors.ts'
import type { Netns } from '../kernel/netns.ts'

export function networkExists(name: string): UsageError {
  return new UsageError(`there is already a network "${name}"`, {
    code: 'TNET_NETWORK_EXISTS',
    hint: 'give it another name, or delete that one first',
  })
}

export function networkUnknown(name: string, known: readonly string[]): UsageError {
  return new UsageError(`there is no network "${name}"`, {
    code: 'TNET_NETWORK_UNKNOWN',
    hint: known.length === 0 ? 'create it first' : `there are: ${known.join(', ')}`,
  })
}

export function networkInUse(name: string, containers: readonly string[]): UsageError {
  const names = containers.map(container => `"${container}"`).join(', ')
  return new UsageError(`network "${name}" has endpoints: ${names}`, {
    code: 'TNET_NETWORK_IN_USE',
    hint: 'disconnect these containers first',
  })
}

export function alreadyConnected(container: string, network: string): UsageError {
  return new UsageError(`"${container}" is already on network "${network}"`, {
    code: 'TNET_ENDPOINT_EXISTS',
    hint: 'a container has one endpoint a network; disconnect it first',
  })
}

export function notConnected(container: string, network: string): UsageError {
  return new UsageError(`"${container}" is not on network "${network}"`, {
    code: 'TNET_ENDPOINT_UNKNOWN',
    hint: 'see which containers are: await network.inspect()',
  })
}

export function elsewhere(
  container: string | undefined,
  host: string,
  network: string,
): UsageError {
  const message =
    container === undefined
      ? `network "${network}" is not on "${host}"`
      : `"${container}" is on "${host}", where network "${network}" is not`
  return new UsageError(message, {
    code: 'TNET_NETWORK_HOSTS',
    hint: 'create the network with this host among its hosts, or add it: network.addHost(host)',
  })
}

/** @throws UsageError TNET_NETWORK_HOSTS when a host is among them more than once */
export function refuseTwice(network: string, hosts: readonly Netns[]): void {
  const twice = hosts.find((host, n) => hosts.indexOf(host) !== n)
  if (twice === undefined) return
  throw new UsageError(`network "${network}" is on "${twice.label}" already`, {
    code: 'TNET_NETWORK_HOSTS',
    hint: 'name each host once',
  })
}

export function noHosts(network: string): UsageError {
  return new UsageError(`network "${network}" has no hosts`, {
    code: 'TNET_NETWORK_HOSTS',
    hint: 'name one or more: hosts: [alpha, beta]',
  })
}

/** @throws UsageError TNET_NETWORK_FAMILY: MACs and device addresses are made from IPv4 addresses */
export function refuseIPv6Alone(network: string, subnet: string | undefined): void {
  if (subnet === undefined || !subnet.includes(':')) return
  throw new UsageError(`network "${network}" cannot have ${subnet} alone: its subnet is IPv4`, {
    code: 'TNET_NETWORK_FAMILY',
    hint: `leave "subnet" to IPv4; a network with one subnet for all takes a second: ipv6: '${subnet}'`,
  })
}

export function hostsAreFixed(network: string, driver: string): UsageError {
  return new UsageError(
    `the hosts of network "${network}" stay as they are: its driver is "${driver}"`,
    {
      code: 'TNET_NETWORK_HOSTS',
      hint: 'take a driver that spans hosts, such as vxlan',
    },
  )
}

export function hostInUse(
  network: string,
  host: string,
  containers: readonly string[],
): UsageError {
  const names = containers.map(container => `"${container}"`).join(', ')
  return new UsageError(`network "${network}" has endpoints on "${host}": ${names}`, {
    code: 'TNET_NETWORK_IN_USE',
    hint: 'disconnect these containers first',
  })
}

export function nameless(): UsageError {
  return new UsageError('a network needs a name', {
    code: 'TNET_NETWORK_NAME',
    hint: 'give it any text of one character or more',
  })
}

export function refusePorts(
  { container, network }: { container: string; network: string },
  driver: string,
): UsageError {
  return new UsageError(
    `"${container}" publishes ports, but network "${network}" is of driver "${driver}"`,
    {
      code: 'TNET_NETWORK_PORTS',
      hint: 'its containers are reached by their own addresses: leave "publish" out',
    },
  )
}
