import type { SimpleCommand } from '../comparison.ts'

/** In iproute2's order: the first that begins so is meant. */
const OBJECTS = [
  'address',
  'addrlabel',
  'maddress',
  'route',
  'rule',
  'neighbor',
  'neighbour',
  'ntable',
  'ntbl',
  'link',
  'l2tp',
  'fou',
  'ila',
  'macsec',
  'tunnel',
  'tunl',
  'tuntap',
  'tap',
  'token',
  'tcpmetrics',
  'tcp_metrics',
  'monitor',
  'xfrm',
  'mroute',
  'mrule',
  'netns',
  'netconf',
  'vrf',
  'sr',
  'nexthop',
  'mptcp',
  'ioam',
  'stats',
  'help',
]
const BRIDGE_OBJECTS = ['link', 'fdb', 'mdb', 'vlan', 'vni', 'monitor', 'help']
const WITH_WORD = /^--?(?:n|net|netns|f|family|b|batch|rc|rcvbuf|l|loops)$/
/** What `ip OBJECT` takes that changes something. */
const CHANGES =
  /^(?:a(?:d|dd|p|ppend)|d(?:e|el|elete)?|c(?:h|ha|hange)?|rep(?:lace)?|set|f(?:l|lush)?|save|restore|exec|e|monitor|attach|prepend|test|nomaster)$/

/** An `ip` or `bridge` command: what it is about and what is done to it. */
export interface IpCommand {
  /** In full: `neighbor` of `ip n`. */
  object: string
  /** `get`, `show`; where it stands: `ip addr dev eth0` is a `show`. */
  verb: string
  isJson: boolean
  isIpv6: boolean
}

/** Takes `ip` and `bridge` apart as iproute2 does; undefined: it is neither. */
export function ipCommand({ program, args }: SimpleCommand): IpCommand | undefined {
  if (program !== 'ip' && program !== 'bridge') return undefined
  let place = 0
  while (args[place]?.startsWith('-') === true) place += WITH_WORD.test(args[place] ?? '') ? 2 : 1
  const options = args.slice(0, place)
  const word = args[place] ?? ''
  const objects = program === 'ip' ? OBJECTS : BRIDGE_OBJECTS
  const object = word === '' ? undefined : objects.find(name => name.startsWith(word))
  if (object === undefined) return undefined
  const next = args[place + 1] ?? 'show'
  // "address" itself begins with "add": `ip addr add`, but `ip link dev0` shows a device.
  const verb = /^g(?:e|et)?$/.test(next) ? 'get' : CHANGES.test(next) ? 'change' : 'show'
  return {
    object,
    verb,
    isJson: options.some(option => /^--?j(?:s|son)?$/.test(option)),
    isIpv6: options.some((option, i) => option === '-6' || options[i - 1] === 'inet6'),
  }
}

/** Whether it lists things of that kind: `lists('ip', 'link', 'address')`. */
export const lists =
  (program: string, ...objects: string[]) =>
  (command: SimpleCommand): boolean => {
    const parsed = command.program === program ? ipCommand(command) : undefined
    return parsed !== undefined && parsed.verb !== 'change' && objects.includes(parsed.object)
  }
