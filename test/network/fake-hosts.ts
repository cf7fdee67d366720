import { KernelError } from '../../src/errors.ts'
import { addressList } from '../../src/kernel/netlink/address.ts'
import { linkList } from '../../src/kernel/netlink/link-list.ts'
import { routeList } from '../../src/kernel/netlink/route.ts'
import type { Netns } from '../../src/kernel/netns.ts'

export interface FakeHost {
  label?: string
  /** Each with its addresses, such as `192.0.2.1/24`; a `veth` unless its kind is said. */
  links?: readonly { name: string; prefixes?: readonly string[]; kind?: string; mtu?: number }[]
  /** The link of the default route. */
  defaultBy?: string
  /** Where packets to an address go: by which link, and to whom. */
  hops?: Readonly<Record<string, { by: string; to: string }>>
}

/** A host whose kernel says just this. Links have the numbers 100, 101, … */
export function fakeHost({ label = 'alpha', links = [], defaultBy, hops = {} }: FakeHost): Netns {
  const index = (name: string) => 100 + links.findIndex(link => link.name === name)
  const answers = new Map<unknown, object[]>([
    [
      linkList,
      links.map(({ name, kind = 'veth', mtu = 1500 }) => ({ index: index(name), name, kind, mtu })),
    ],
    [
      addressList,
      links.flatMap(({ name, prefixes = [] }) =>
        prefixes.map(prefix => ({
          index: index(name),
          prefix,
          address: prefix.split('/')[0],
          family: prefix.includes(':') ? 'inet6' : 'inet',
          scope: prefix.startsWith('fe80:') ? 'link' : 'global',
        })),
      ),
    ],
    [
      routeList,
      defaultBy === undefined ? [] : [{ to: 'default', table: 254, index: index(defaultBy) }],
    ],
  ])
  const get = ({ operation, shell }: { operation: string; shell: string }) => {
    const hop = hops[shell.split(' ').at(-1) ?? '']
    if (hop !== undefined) return { index: index(hop.by), address: hop.to }
    const errno = operation === 'RTM_GETROUTE' ? 'ENETUNREACH' : 'ENODEV'
    throw new KernelError('none', { code: '', hint: '', operation, errno })
  }
  const dump = (request: unknown) => answers.get(request) ?? []
  return { label, name: label, dump, get } as unknown as Netns
}
