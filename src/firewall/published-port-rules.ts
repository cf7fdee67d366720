import { FORWARD, POSTROUTING, PREROUTING, PUBLISH, PUBLISHED } from './base-chains.ts'
import type { PublishedPort } from './firewall.ts'
import { familyOf, inTable, whole, type Rule, type RuleSet } from './rule.ts'

const raw = inTable('raw')
const nat = inTable('nat')
const filter = inTable('filter')

function isLoopback(address: string): boolean {
  return address.startsWith('127.')
}

/** `172.18.0.2:80`, `[2001:db8::2]:80` */
function socketText(address: string, port: number): string {
  return familyOf(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`
}

function natRules({ protocol, hostAddress, hostPort, address, port }: PublishedPort): Rule[] {
  const to = hostAddress === undefined ? [] : ['-d', whole(hostAddress)]
  const self = whole(address)
  const match = ['-p', protocol, '-m', protocol, '--dport']
  return [
    ...(hostAddress !== undefined && isLoopback(hostAddress)
      ? [raw`${PREROUTING} ${to} ! -i lo ${match} ${hostPort} -j DROP`]
      : []),
    nat`${PUBLISH} ${to} ${match} ${hostPort} -j DNAT --to-destination ${socketText(address, port)}`,
    nat`${POSTROUTING} -s ${self} -d ${self} ${match} ${port} -j MASQUERADE`,
  ]
}

/**
 * What a container's published ports need; 127.0.0.1:8080 to port 80 of 172.18.0.2 on br-shop:
 *
 *     *raw
 *     -A TNET-PREROUTING -d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8080 -j DROP
 *     *nat
 *     -A TNET-PUBLISH -d 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80
 *     -A TNET-POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
 *     *filter
 *     -A TNET-PUBLISHED -d 172.18.0.2/32 ! -i br-shop -o br-shop -p tcp -m tcp --dport 80 -j ACCEPT
 *
 * `raw` only for loopback addresses, so that nobody reaches them from outside (D16). The container
 * reaches itself by its published port because of the MASQUERADE (R3). A routed network needs the
 * last rule alone (D11): there the port is not translated.
 */
export function publishedPortRules(
  bridge: string,
  ports: readonly PublishedPort[],
  { mode }: { mode: 'nat' | 'routed' | 'cluster' },
): RuleSet[] {
  return ([4, 6] as const)
    .map(family => ports.filter(port => familyOf(port.address) === family))
    .filter(mine => mine.length > 0)
    .map(mine => ({
      family: familyOf(mine[0]?.address ?? ''),
      chains: [],
      rules: mine.flatMap(published => {
        const { address, protocol, port } = published
        const match = ['-p', protocol, '-m', protocol, '--dport', String(port)]
        return [
          ...(mode === 'routed' ? [] : natRules(published)),
          filter`${PUBLISHED} -d ${whole(address)} ! -i ${bridge} -o ${bridge} ${match} -j ACCEPT`,
        ]
      }),
    }))
}

/**
 * What a port published on its own, without a network, needs: DNAT as above, both directions
 * through a FORWARD chain that drops, and MASQUERADE for the host's own packets.
 */
export function servicePortRules(device: string, published: PublishedPort): RuleSet {
  const { address, protocol, port } = published
  const server = whole(address)
  const [to, from] = ['--dport', '--sport'].map(side => ['-p', protocol, '-m', protocol, side])
  return {
    family: familyOf(address),
    chains: [],
    rules: [
      ...natRules(published),
      nat`${POSTROUTING} -d ${server} -o ${device} ${to ?? []} ${port} -m addrtype --src-type LOCAL -j MASQUERADE`,
      filter`${FORWARD} -d ${server} -o ${device} ${to ?? []} ${port} -j ACCEPT`,
      filter`${FORWARD} -s ${server} -i ${device} ${from ?? []} ${port} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    ],
  }
}
