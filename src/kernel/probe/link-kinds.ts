import { NetlinkConnection } from '../netlink/connection.ts'
import { vethAdd } from '../netlink/link-request.ts'
import {
  body,
  NLM_F_CREATE,
  NLM_F_EXCL,
  type MessageWriter,
  type Request,
} from '../netlink/message.ts'
import { failed, missing, present, sandbox, type FeatureAnswer } from './answer.ts'
import { adviceOn, wouldAddLinks, type KernelModule } from './modules.ts'

/** linux/rtnetlink.h, linux/if_link.h */
const RTM_NEWLINK = 16
const IFLA_IFNAME = 3
const IFLA_LINK = 5
const IFLA_LINKINFO = 18
const IFLA_INFO_KIND = 1
const IFLA_INFO_DATA = 2
const IFLA_VXLAN_ID = 1
const IFLA_VXLAN_PORT = 15
const IFLA_MACVLAN_MODE = 1
const MACVLAN_MODE_BRIDGE = 4
const IFLA_IPVLAN_MODE = 1
const IPVLAN_MODE_L2 = 0
const IFLA_VLAN_ID = 1
const IFLA_VRF_TABLE = 1
const IFLA_GENEVE_ID = 1
const IFLA_GENEVE_REMOTE = 2
/** linux/if_tunnel.h */
const IFLA_IPTUN_LOCAL = 2
const IFLA_IPTUN_REMOTE = 3
const IFLA_GRE_LOCAL = 6
const IFLA_GRE_REMOTE = 7
/** 192.0.2.1 and .2 */
const [LOCAL, REMOTE] = [0xc0_00_02_01, 0xc0_00_02_02]
/** A new namespace numbers its links from 1, and tunnels that stand ready in each take a few. */
const PARENT = 100

type Data = (writer: MessageWriter) => unknown

interface LinkKind {
  data?: Data
  /** Stands on another link. */
  hasParent?: true
  /** Default: the module of the same name, which adds no link on loading. */
  module?: KernelModule
}

// With both ends given, because the tunnel that the kernel keeps for any end is there already.
const iptunnel: Data = w => w.be32(IFLA_IPTUN_LOCAL, LOCAL).be32(IFLA_IPTUN_REMOTE, REMOTE)
const gre: Data = w => w.be32(IFLA_GRE_LOCAL, LOCAL).be32(IFLA_GRE_REMOTE, REMOTE)

const kinds = {
  veth: {},
  bridge: {},
  vxlan: { data: w => w.u32(IFLA_VXLAN_ID, 42).be16(IFLA_VXLAN_PORT, 4789) },
  macvlan: { data: w => w.u32(IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE), hasParent: true },
  ipvlan: { data: w => w.u16(IFLA_IPVLAN_MODE, IPVLAN_MODE_L2), hasParent: true },
  vlan: { data: w => w.u16(IFLA_VLAN_ID, 42), hasParent: true, module: { name: '8021q' } },
  vrf: { data: w => w.u32(IFLA_VRF_TABLE, 42) },
  dummy: { module: { name: 'dummy', options: 'numdummies=0', addsLink: 'dummy0' } },
  ifb: { module: { name: 'ifb', options: 'numifbs=0', addsLink: 'ifb0' } },
  bond: { module: { name: 'bonding', options: 'max_bonds=0', addsLink: 'bond0' } },
  ipip: { data: iptunnel, module: { name: 'ipip', addsLink: 'tunl0' } },
  sit: { data: iptunnel, module: { name: 'sit', addsLink: 'sit0' } },
  gre: { data: gre, module: { name: 'ip_gre', addsLink: 'gre0' } },
  gretap: { data: gre, module: { name: 'ip_gre', addsLink: 'gretap0' } },
  geneve: { data: w => w.u32(IFLA_GENEVE_ID, 42).be32(IFLA_GENEVE_REMOTE, REMOTE) },
  wireguard: {},
} as const satisfies Record<string, LinkKind>

/** A link's type as `ip link add … type` spells it. */
export type LinkKindName = keyof typeof kinds

/** A link of any kind, with no more than the kernel asks of that kind. */
function linkAdd(kind: LinkKindName, name: string, parent?: number): Request {
  const { data }: LinkKind = kinds[kind]
  return {
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    operation: 'RTM_NEWLINK',
    what: `create ${kind} "${name}"`,
    shell: `ip link add ${name}${parent === undefined ? '' : ' link parent'} type ${kind}`,
    body: body(writer => {
      writer.fixed(16, []).string(IFLA_IFNAME, name)
      if (parent !== undefined) writer.u32(IFLA_LINK, parent)
      writer.nest(IFLA_LINKINFO, info => {
        info.string(IFLA_INFO_KIND, kind)
        if (data !== undefined) info.nest(IFLA_INFO_DATA, data)
      })
    }),
  }
}

/** Makes a link of that kind in `namespace`, which is thrown away with it. */
export function probeLinkKind(namespace: number, kind: LinkKindName): FeatureAnswer {
  const { hasParent, module = { name: kind } }: LinkKind = kinds[kind]
  if (wouldAddLinks(module)) {
    const reason = `not tried: loading module "${module.name}" would add "${module.addsLink}" to the machine's own network`
    return missing(reason, adviceOn(module).command)
  }
  using wire = new NetlinkConnection(namespace, sandbox)
  if (hasParent === true) {
    try {
      wire.execute([vethAdd({ name: 'parent', index: PARENT, peer: { name: 'peer' } })])
    } catch (error) {
      return missing(`not tried, for want of a link to stand on: ${failed(error).reason}`)
    }
  }
  try {
    wire.execute([linkAdd(kind, 'probe', hasParent === true ? PARENT : undefined)])
    return present
  } catch (error) {
    return failed(error, module)
  }
}
