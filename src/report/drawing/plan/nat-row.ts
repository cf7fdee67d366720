import type { Topology, TopologyNode } from '../../../runner/events.ts'
import type { Part, Row } from '../box.ts'
import { shorten } from '../text-size.ts'

const COLUMNS = 48
const MOST_ROWS = 6

/** The values of a rule's options, by name: `! -o eth0` gives `-o` as `not eth0`. */
function optionsOf(rule: string): Map<string, string> {
  const words = rule.split(/\s+/)
  const options = new Map<string, string>()
  for (const [i, word] of words.entries()) {
    const value = words[i + 1]
    if (!/^--?[A-Za-z]/.test(word) || value === undefined || /^--?[A-Za-z]/.test(value)) continue
    options.set(word, words[i - 1] === '!' ? `not ${value}` : value)
  }
  return options
}

const plainAddress = (address: string) => address.replace(/\/(32|128)$/, '')

function destination(options: ReadonlyMap<string, string>): string {
  const port = options.get('--dport') ?? options.get('--dports') ?? 'all ports'
  const protocol = options.get('-p')
  const address = options.get('-d')
  const socket = address === undefined ? port : `${plainAddress(address)}:${port}`
  return protocol === undefined ? socket : `${socket}/${protocol}`
}

function source(options: ReadonlyMap<string, string>): string {
  const from = options.get('-s')
  const to = options.get('-d')
  const out = options.get('-o')
  return [
    ...(from === undefined ? [] : [plainAddress(from)]),
    ...(out === undefined && to === undefined ? [] : ['→', out ?? plainAddress(to ?? '')]),
  ].join(' ')
}

/** `MASQUERADE 10.0.1.0/24 → eth0`, `8080/tcp → 10.0.1.2:80`; a rule of another kind as it stands. */
export function natText(rule: string): string {
  const options = optionsOf(rule)
  const target = options.get('-j')
  if (target === 'DNAT' || target === 'REDIRECT') {
    const to = options.get('--to-destination') ?? options.get('--to-ports') ?? '?'
    return `${destination(options)} → ${to}`
  }
  if (target === 'SNAT') return `SNAT ${source(options)} as ${options.get('--to-source') ?? '?'}`
  return target === 'MASQUERADE' ? `MASQUERADE ${source(options)}`.trim() : rule
}

/** What serves a container that calls itself, or the host alone, says nothing about who gets where. */
function isForItself(rule: string): boolean {
  const options = optionsOf(rule)
  const isHairpin = options.has('-s') && options.get('-s') === options.get('-d')
  return isHairpin || options.get('--src-type') === 'LOCAL'
}

/** `8080 → web:80/tcp`, of what a network's endpoints publish on a host. */
function publishedTexts({ nodes, networks }: Topology, host: TopologyNode): string[] {
  const guests = new Map(nodes.filter(node => node.host === host.id).map(node => [node.id, node]))
  return networks.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ node, ports }) => {
      const guest = guests.get(node)
      if (guest === undefined) return []
      return ports.map(port => {
        const [, outside = port, inside = ''] = /^(.*):(.*)$/.exec(port) ?? []
        return `${outside} → ${guest.label}:${inside}`
      })
    }),
  )
}

/** Whether a DNAT rule is what makes this published port. */
function isMadeBy(published: string, rule: string): boolean {
  const port = /(\d+) → /.exec(published)?.[1]
  return port !== undefined && / DNAT /.test(rule) && optionsOf(rule).get('--dport') === port
}

const row = (part: Part): Row => ({ parts: [{ text: 'NAT', tone: 'nat' }, part] })

/** What a host does to addresses, a line each; published ports first, the rest cut off. */
export function natRows(topology: Topology, host: TopologyNode): Row[] {
  const published = publishedTexts(topology, host)
  const rules = host.nat.filter(
    rule => !isForItself(rule) && !published.some(port => isMadeBy(port, rule)),
  )
  const texts = [...new Set([...published, ...rules.map(natText)])]
  const shown = texts.length > MOST_ROWS ? texts.slice(0, MOST_ROWS - 1) : texts
  const more = texts.length - shown.length
  return [
    ...shown.map(text => row({ text: shorten(text, COLUMNS), tone: 'plain' })),
    ...(more > 0 ? [row({ text: `and ${more} more`, tone: 'dim' })] : []),
  ]
}
