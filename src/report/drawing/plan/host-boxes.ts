import type { TopologyLink, TopologyNode } from '../../../runner/events.ts'
import { DEPTH, type Atlas } from './atlas.ts'
import type { Box, Row, WireEnd } from '../box.ts'
import { deviceRows, linkRows, shortName, traits } from './link-row.ts'
import { natRows } from './nat-row.ts'
import { hintOf, titleRow } from './title-row.ts'
import { oneLine } from '../visible.ts'
import type { Wiring } from './wiring.ts'

/** More containers than these stand on both sides of their bridge. */
const MOST_ON_ONE_SIDE = 8

/** The other end of a veth pair is on the same host. */
function leadsInside(node: TopologyNode, { kind, peer }: TopologyLink, atlas: Atlas): boolean {
  const other = kind === 'veth' && peer !== undefined ? atlas.node(peer.node) : undefined
  return other !== undefined && other !== node && atlas.hostOf(other) === atlas.hostOf(node)
}

/** Whether it is no more than a port of its bridge. */
function isPort(node: TopologyNode, link: TopologyLink, atlas: Atlas): boolean {
  const { kind, master, peer } = link
  if (kind !== 'veth' || peer === undefined || atlas.node(peer.node) === undefined) return false
  return node.links.some(other => other.kind === 'bridge' && other.name === master)
}

/** A namespace with nothing in it but its links: a line for each. */
function leafBox(node: TopologyNode, atlas: Atlas, wiring: Wiring): Box {
  const isHost = node.kind === 'host'
  const title = titleRow(node.label, isHost ? 'host' : undefined)
  const [only, ...others] = node.links
  // The line of the address is the longest; the title's has room.
  const isShort = others.length === 0 && only?.kind === 'veth'
  if (isShort) title.parts.push(...traits(only))
  const links = isShort ? linkRows(only, []) : node.links.flatMap(link => linkRows(link))
  const sharing: Row = { parts: [{ text: 'its host’s own network', tone: 'dim' }] }
  const rows = [
    title,
    ...(node.isSharing ? [sharing] : links),
    ...(isHost ? natRows(atlas.topology, node) : []),
  ]
  const box = wiring.box(isHost ? 'host' : 'container', rows, hintOf(node))
  wiring.endInRows(node.id, box, atlas.place(node, isHost ? DEPTH.uplink : DEPTH.guest))
  return box
}

/** A switch: one shape, however many ports. */
function segmentBox(node: TopologyNode, atlas: Atlas, wiring: Wiring): Box {
  const bridge = node.links.find(({ kind }) => kind === 'bridge')
  const [, ...said] =
    bridge === undefined ? [] : (linkRows({ ...bridge, addresses: [] })[0]?.parts ?? [])
  const rows = [titleRow(node.label, 'segment'), ...(said.length > 0 ? [{ parts: said }] : [])]
  const box = wiring.box('segment', rows, hintOf(node))
  for (const { name } of node.links) {
    wiring.ends(node.id, name, { box: box.id, place: atlas.place(node) })
  }
  return box
}

/** The links of a host that is drawn as a box of boxes. */
class HostBoxes {
  readonly #node: TopologyNode
  readonly #atlas: Atlas
  readonly #wiring: Wiring
  /** What containers hang on. */
  readonly #inner: WireEnd[] = []
  readonly #outer: WireEnd[] = []
  readonly boxes: Box[] = []

  constructor(node: TopologyNode, atlas: Atlas, wiring: Wiring) {
    this.#node = node
    this.#atlas = atlas
    this.#wiring = wiring
  }

  add(): void {
    const { links } = this.#node
    const isOf = (link: TopologyLink) => {
      if (link.kind === 'bridge') return 'bridge'
      if (isPort(this.#node, link, this.#atlas)) return 'port'
      return leadsInside(this.#node, link, this.#atlas) ? 'routed' : 'device'
    }
    const kinds = new Map(links.map(link => [link, isOf(link)]))
    const of = (kind: string) => links.filter(link => kinds.get(link) === kind)
    for (const link of of('bridge')) this.#bridge(link)
    this.#routing(of('routed'))
    for (const link of of('device')) this.#device(link)
    for (const link of of('port')) this.#port(link)
    this.#order()
  }

  #place(depth: number): number {
    return this.#atlas.place(this.#node, depth)
  }

  #bridge(link: TopologyLink): void {
    const rows = deviceRows(link, [{ text: 'bridge', tone: 'dim' }])
    const box = this.#wiring.box('bridge', rows, oneLine(link.name))
    const end = { box: box.id, place: this.#place(DEPTH.bridge) }
    this.#wiring.ends(this.#node.id, link.name, end)
    this.#inner.push(end)
    this.boxes.push(box)
  }

  /** Links to containers that are no bridge's ports: the host routes between them. */
  #routing(links: readonly TopologyLink[]): void {
    if (links.length === 0) return
    const common = links[0]?.addresses.join(' ') ?? ''
    const isCommon = links.length > 1 && links.every(link => link.addresses.join(' ') === common)
    const said: Row[] =
      isCommon && common !== '' ? [{ parts: [{ text: shortName(common), tone: 'plain' }] }] : []
    const rows = [titleRow('routes', 'no bridge'), ...said]
    const box = this.#wiring.box('routing', rows, this.#node.routes.join('\n'))
    const place = this.#place(DEPTH.bridge)
    for (const link of links) {
      const own = isCommon ? [] : link.addresses.slice(0, 1)
      const label = [link.name, ...own].map(shortName).join(' ')
      this.#wiring.ends(this.#node.id, link.name, { box: box.id, label, place })
    }
    this.#inner.push({ box: box.id, place })
    this.boxes.push(box)
  }

  #port({ name, master = '', addresses }: TopologyLink): void {
    const bridge = this.#wiring.endOf(this.#node.id, master)
    const label = [name, ...addresses.slice(0, 1)].map(shortName).join(' ')
    if (bridge !== undefined) this.#wiring.ends(this.#node.id, name, { ...bridge, label })
  }

  #device(link: TopologyLink): void {
    const isTunnel = link.tunnel !== undefined && link.kind !== 'vlan'
    const box = this.#wiring.box('device', deviceRows(link), hintOf(this.#node))
    const isInBetween = link.master !== undefined || link.parent !== undefined
    const place =
      isInBetween && !isTunnel && link.peer === undefined
        ? this.#place(DEPTH.port)
        : this.#atlas.uplinkPlace(this.#node, link)
    this.#wiring.endInRows(this.#node.id, box, place)
    const [row] = box.rows
    if (row !== undefined && !isInBetween) this.#outer.push({ box: box.id, row: 0, place })
    this.boxes.push(box)
  }

  /** Bridges before uplinks: the order in which a packet from a container meets them. */
  #order(): void {
    const [inner, outer] = [this.#inner, this.#outer]
    const [firstInner] = inner
    const [firstOuter] = outer
    if (firstInner === undefined || firstOuter === undefined) return
    for (const end of outer) this.#wiring.connect('order', firstInner, end)
    for (const end of inner.slice(1)) this.#wiring.connect('order', end, firstOuter)
  }
}

/** Half of the containers that hang on nothing but one crowded bridge go to its other side. */
function farGuests(guests: readonly TopologyNode[], node: TopologyNode): Set<TopologyNode> {
  const masters = new Map(node.links.map(({ name, master }) => [name, master]))
  const crowds = new Map<string, TopologyNode[]>()
  for (const guest of guests) {
    const wired = guest.links.filter(({ peer }) => peer !== undefined)
    const [only] = wired
    if (wired.length !== 1 || only?.peer?.node !== node.id) continue
    const on = masters.get(only.peer.link) ?? ''
    crowds.set(on, [...(crowds.get(on) ?? []), guest])
  }
  const far = [...crowds.values()]
    .filter(crowd => crowd.length > MOST_ON_ONE_SIDE)
    .flatMap(crowd => crowd.slice(Math.ceil(crowd.length / 2)))
  return new Set(far)
}

/** Everything that one namespace is drawn as. */
export function boxOf(node: TopologyNode, atlas: Atlas, wiring: Wiring): Box {
  if (node.kind === 'segment') return segmentBox(node, atlas, wiring)
  const guests = atlas.guestsOf(node)
  if (guests.length === 0 && !node.links.some(({ kind }) => kind === 'bridge')) {
    return leafBox(node, atlas, wiring)
  }
  const host = new HostBoxes(node, atlas, wiring)
  host.add()
  const far = farGuests(guests, node)
  const guestBoxes = guests.map(guest => {
    const box = boxOf(guest, atlas, wiring)
    if (far.has(guest)) wiring.endInRows(guest.id, box, atlas.place(guest, DEPTH.farGuest))
    return box
  })
  const rows = [titleRow(node.label, node.kind), ...natRows(atlas.topology, node)]
  return wiring.box('host', rows, hintOf(node), [...guestBoxes, ...host.boxes])
}
