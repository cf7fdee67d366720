import type { Topology, TopologyLink, TopologyNode } from '../../runner/events.ts'
import { oneLine } from '../drawing/visible.ts'
import { html, type Markup } from './markup.ts'

function linkText(link: TopologyLink, labels: ReadonlyMap<string, string>): string {
  const { name, kind, isUp, mtu, mac, addresses, master, peer, parent, tunnel } = link
  const words = [
    name,
    kind,
    ...addresses,
    `mtu ${mtu}`,
    isUp ? 'up' : 'DOWN',
    mac && `mac ${mac}`,
    master && `port of ${master}`,
    peer && `to ${labels.get(peer.node) ?? peer.node} ${peer.link}`,
    parent && `on ${parent}`,
    tunnel?.id !== undefined && `id ${tunnel.id}`,
    tunnel?.local && `from ${tunnel.local}`,
    tunnel !== undefined && tunnel.remotes.length > 0 && `sends to ${tunnel.remotes.join(' ')}`,
    tunnel?.isStandIn && 'carried by a stand-in',
  ]
  return oneLine(words.filter(word => typeof word === 'string' && word !== '').join(' '))
}

function nodeText(node: TopologyNode, labels: ReadonlyMap<string, string>): Markup {
  const on = node.host === undefined ? '' : ` on ${oneLine(labels.get(node.host) ?? node.host)}`
  const lines = [
    ...node.links.map(link => linkText(link, labels)),
    ...node.routes.map(route => `route ${oneLine(route)}`),
    ...node.nat.map(rule => `nat ${oneLine(rule)}`),
  ]
  const shares = node.isSharing ? ', shares its host’s network' : ''
  return html`<dt>${oneLine(node.label)} <span class="dim">${node.kind}${on}${shares}</span></dt>
    <dd><pre tabindex="0">${lines.join('\n')}</pre></dd>`
}

/** Everything that was read of a topology, for those who search it, copy from it, or hear it. */
export function topologyText({ nodes, networks }: Topology): Markup {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]))
  const lists = networks.map(({ name, driver, subnet, endpoints }) => {
    const lines = endpoints.map(({ node, link, address, ports }) =>
      oneLine([labels.get(node) ?? node, link, address, ...ports].join(' ')),
    )
    return html`<dt>
        ${oneLine(name)} <span class="dim">network, ${oneLine(driver)}, ${oneLine(subnet)}</span>
      </dt>
      <dd><pre tabindex="0">${lines.join('\n')}</pre></dd>`
  })
  return html`<dl class="topology-text">${nodes.map(node => nodeText(node, labels))}${lists}</dl>`
}
