import { isAddress } from '../../../ipam/address.ts'
import { ipWords } from '../../plan/typing/ip-words.ts'
import { stringLiteral } from '../code/literal.ts'
import { built, code, type Statement } from '../code/statement.ts'
import type { LinkSymbol } from '../code/symbols.ts'
import { wordPairs, type Translation } from './place.ts'

const bare = (prefix: string) => prefix.split('/', 1)[0] ?? prefix

/** An address alone is one without neighbours. */
function withLength(address: string): string | undefined {
  if (!isAddress(bare(address))) return undefined
  return address.includes('/') ? address : `${address}/${address.includes(':') ? 128 : 32}`
}

export function addAddress(link: LinkSymbol, prefix: string): Statement {
  link.addresses.add(bare(prefix))
  return built(code`await ${link}.addAddress(${stringLiteral(prefix)})`, {
    type: 'address',
    link,
    prefix,
  })
}

/** `ip addr add`, `delete`. */
export const ipAddress: Translation = (command, { node }) => {
  const words = ipWords(command)
  if (words?.object !== 'address' || !/^(?:add|delete)$/.test(words.action)) return undefined
  const pairs = wordPairs(words.rest, { values: ['dev', 'brd', 'broadcast', 'local'] })
  const device = pairs?.given.get('dev')
  const prefix = withLength(pairs?.given.get('local') ?? pairs?.bare[0] ?? '')
  if (device === undefined || prefix === undefined) return undefined
  const link = node.link(device)
  if (words.action === 'add') return [addAddress(link, prefix)]
  link.addresses.delete(bare(prefix))
  return [code`await ${link}.deleteAddress(${stringLiteral(prefix)})`]
}
