import { isAddress } from '../../../ipam/address.ts'
import { prefixOf } from '../../compare/interfaces/address-name.ts'
import { code, type Statement } from '../code/statement.ts'
import { addAddress } from './ip-address.ts'
import { attach, createBridge, deleteLink, setUp } from './ip-link.ts'
import { wordPairs, type Translation } from './place.ts'

/** What `ifconfig` takes for the mask of an address without one: its class's. */
function classLength(address: string): number {
  const first = Number(address.split('.', 1)[0])
  return first < 128 ? 8 : first < 192 ? 16 : 24
}

/** `ifconfig DEVICE [ADDRESS[/LENGTH] [netmask MASK]] [up|down]`. */
export const ifconfig: Translation = ({ program, args }, { node }) => {
  const pairs = wordPairs(args, {
    flags: ['up', 'down'],
    values: ['netmask', 'mtu', 'broadcast'],
    most: 2,
  })
  const [device, address] = pairs?.bare ?? []
  if (program !== 'ifconfig' || pairs === undefined || device === undefined) return undefined
  const link = node.link(device)
  const statements: Statement[] = []
  if (address !== undefined) {
    const [plain = '', given] = address.split('/')
    const mask = pairs.given.get('netmask')
    const length = given ?? (mask === undefined ? classLength(plain) : prefixOf(mask))
    // A second one takes the place of the first.
    if (!isAddress(plain, 4) || length === undefined || link.addresses.size > 0) return undefined
    statements.push(addAddress(link, `${plain}/${length}`))
  }
  const mtu = pairs.given.get('mtu')
  if (mtu !== undefined) statements.push(code`await ${link}.setMtu(${mtu})`)
  if (pairs.set.has('down')) statements.push(setUp(link, false))
  else if (link.isUp !== true && (pairs.set.has('up') || address !== undefined)) {
    statements.push(setUp(link))
  }
  return address === undefined && pairs.set.size === 0 && mtu === undefined ? undefined : statements
}

/** `brctl addbr`, `delbr`, `addif`, `delif`. */
export const brctl: Translation = ({ program, args }, { node }) => {
  const [verb, bridge, ...links] = args
  if (program !== 'brctl' || bridge === undefined) return undefined
  switch (verb) {
    case 'addbr':
      return createBridge(node, bridge)
    case 'delbr':
      return deleteLink(node.link(bridge))
    case 'addif':
      return links.map(name => attach(node.link(name), node.link(bridge)))
    case 'delif':
      return links.map(name => code`await ${node.link(name)}.detach()`)
    default:
      return undefined
  }
}
