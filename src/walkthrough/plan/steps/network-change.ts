import { simpleCommands } from '../../compare/simple-command.ts'
import type { SimpleCommand } from '../../compare/comparison.ts'
import { natureOf } from './nature.ts'

/** Without what they do, packets go elsewhere. */
const TOOLS = new Set(
  `ip bridge tc brctl ifconfig route arp vconfig tunctl ifenslave iptables ip6tables ebtables arptables nft
  ipset ipvsadm ovs-vsctl ovs-ofctl wg wg-quick conntrack dhclient udhcpc openvpn cnitool calicoctl`.split(
    /\s+/,
  ),
)
const CONTAINERS = /^(?:docker|podman|nerdctl|kubectl|docker-compose)$/
const LOOKS = /^(?:-{0,2}(?:list|show|help|version|l|L|V))$/
const STARTS = /^(?:run|create|start|restart|up|apply|compose)$/

function changes({ program, args }: SimpleCommand): boolean {
  const [verb = '', object = ''] = args
  if (CONTAINERS.test(program)) {
    return STARTS.test(verb) || (verb === 'network' && /^(?:create|connect)$/.test(object))
  }
  return TOOLS.has(program) && !LOOKS.test(verb) && natureOf({ program, args }) === 'change'
}

/** Whether a line changes networks: what comes after it fails where it could not be run. */
export const changesNetworks = (text: string): boolean => simpleCommands(text).some(changes)
