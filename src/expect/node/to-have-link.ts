import type { LinkInfo } from '../../kernel/netlink/link-list.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { Link } from '../../lab/link.ts'
import type { Node } from '../../lab/node.ts'
import { shellWord } from '../../names.ts'
import type { Check } from '../check.ts'
import { boolean, checkOptions, text, whole } from '../options.ts'
import { linkDemand, lines, macDemand } from './kernel-state.ts'

/** What a link must be; what is left out may be anything. */
export interface LinkOptions {
  /** Administratively up, which is not yet that it passes packets. */
  up?: boolean
  /** Something is at the other end, and up. */
  carrier?: boolean
  mtu?: number
  mac?: string
  /** `veth`, `bridge`, `vxlan`, `tun`; empty for lo. */
  kind?: string
  /** The bridge that it is a port of. */
  master?: string | Link
}

const demands = {
  up: boolean,
  carrier: boolean,
  mtu: whole(0),
  mac: macDemand,
  kind: text,
  master: linkDemand,
}

type Shown = Required<Omit<LinkOptions, 'master'>> & { master: string }

function shownOf(link: LinkInfo, all: readonly LinkInfo[]): Shown {
  return {
    up: link.isUp,
    carrier: link.hasCarrier,
    mtu: link.mtu,
    mac: link.mac,
    kind: link.kind,
    master: all.find(({ index }) => index === link.master)?.name ?? '',
  }
}

function words(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) =>
      typeof value === 'boolean' ? `${value ? '' : 'not '}${name}` : `${name} ${String(value)}`,
    )
    .join(', ')
}

export function toHaveLink(node: Node, link: string | Link, options: LinkOptions): Check {
  checkOptions('toHaveLink', { link: link ?? null, ...options }, { link: linkDemand, ...demands })
  const name = String(link)
  const wanted = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]): [string, string | number | boolean] => {
      const plain = typeof value === 'object' ? String(value) : value
      return [key, key === 'mac' ? String(plain).toLowerCase() : plain]
    })
  const details = words(Object.fromEntries(wanted))
  const text = name + (details === '' ? '' : `: ${details}`)
  return {
    title: `${node.label} has link ${text}`,
    negated: `${node.label} does not have link ${text}`,
    expected: text,
    unexpected: `no ${text}`,
    command: spelled(node.netns.name, `ip -d link show dev ${shellWord(name)}`),
    look: async () => {
      const all = await node.links()
      const found = all.find(each => each.name === name)
      if (found === undefined) {
        const names = all.map(each => each.name).join(', ')
        return { ok: false, received: `no link ${name}; there are ${names}` }
      }
      const shown = shownOf(found, all)
      const ok = wanted.every(([key, value]) => shown[key as keyof Shown] === value)
      const asked = Object.fromEntries(wanted.map(([key]) => [key, shown[key as keyof Shown]]))
      return { ok, received: details === '' ? name : lines([`${name}: ${words(asked)}`], '') }
    },
  }
}
