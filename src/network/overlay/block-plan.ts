import { parseCidr } from '../../ipam/subnet.ts'
import type { BlockPlan, NetworkRequest } from '../network-driver.ts'

/**
 * How Flannel divides a network (F8): a /24 for each host, or a quarter of what is smaller than a
 * /22; the first part stays unused, as its zero address is the network's own.
 *
 * @param hostPrefix what was asked for
 */
export function flannelBlocks(
  { subnet }: NetworkRequest,
  hostPrefix: number | undefined,
): BlockPlan {
  const { prefix } = parseCidr(subnet ?? '10.244.0.0/16')
  const byDefault = prefix < 22 ? 24 : prefix + 2
  return { prefix: hostPrefix ?? byDefault, hasGateways: true, skipFirst: true }
}
