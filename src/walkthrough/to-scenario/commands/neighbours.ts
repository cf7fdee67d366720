import { isAddress } from '../../../ipam/address.ts'
import { ipWords } from '../../plan/typing/ip-words.ts'
import { stringLiteral } from '../code/literal.ts'
import { code } from '../code/statement.ts'
import { wordPairs, type Translation } from './place.ts'

/** `ip neigh add`, `replace`, `delete`. */
export const ipNeighbour: Translation = (command, { node }) => {
  const words = ipWords(command)
  if (words?.object !== 'neighbour') return undefined
  const pairs = wordPairs(words.rest, { values: ['dev', 'lladdr', 'nud', 'to'] })
  const address = pairs?.given.get('to') ?? pairs?.bare[0] ?? ''
  const [device, mac, state] = ['dev', 'lladdr', 'nud'].map(key => pairs?.given.get(key))
  if (device === undefined || !isAddress(address)) return undefined
  const link = node.link(device)
  if (words.action === 'delete')
    return [code`await ${link}.deleteNeighbour(${stringLiteral(address)})`]
  const isPermanent = state === undefined || state === 'permanent'
  if (!/^(?:add|replace)$/.test(words.action) || mac === undefined || !isPermanent) return undefined
  return [code`await ${link}.addNeighbour(${stringLiteral(address)}, ${stringLiteral(mac)})`]
}
