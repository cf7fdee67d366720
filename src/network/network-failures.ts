import { UsageError } from '../errors.ts'

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

export function elsewhere(container: string, host: string, network: string): UsageError {
  return new UsageError(`"${container}" is on "${host}", where network "${network}" is not`, {
    code: 'TNET_NETWORK_HOSTS',
    hint: 'create the network with this host among its hosts',
  })
}

export function nameless(): UsageError {
  return new UsageError('a network needs a name', {
    code: 'TNET_NETWORK_NAME',
    hint: 'give it any text of one character or more',
  })
}
