import { isAddress } from '../../../ipam/address.ts'
import { prefixOf } from '../../compare/interfaces/address-name.ts'
import { ipWords } from '../../plan/typing/ip-words.ts'
import { objectLiteral } from '../code/object-literal.ts'
import { code, type Statement } from '../code/statement.ts'
import type { NodeSymbol } from '../code/symbols.ts'
import { wordPairs, type Translation } from './place.ts'

interface RouteWords {
  to: string
  via?: string | undefined
  dev?: string | undefined
  src?: string | undefined
  metric?: number | undefined
  table?: number | undefined
  type?: string | undefined
  onlink?: boolean | undefined
  family?: number | undefined
}

const DEEDS: Readonly<Record<string, string>> = {
  add: 'addRoute',
  replace: 'replaceRoute',
  delete: 'deleteRoute',
}
const TYPES = ['unicast', 'blackhole', 'unreachable', 'prohibit']

function routed(node: NodeSymbol, deed: string, route: RouteWords): Statement[] | undefined {
  const { to, via } = route
  const isDestination = to === 'default' || isAddress(to.split('/', 1)[0] ?? '')
  if (!isDestination || (via !== undefined && !isAddress(via))) return undefined
  return [code`await ${node}.${DEEDS[deed] ?? ''}(${objectLiteral({ ...route })})`]
}

const numeral = (text: string | undefined) =>
  text === undefined || !/^\d+$/.test(text) ? undefined : Number(text)

/** `ip route add`, `replace`, `delete`. */
export const ipRoute: Translation = (command, { node }) => {
  const words = ipWords(command)
  if (words?.object !== 'route' || !Object.hasOwn(DEEDS, words.action)) return undefined
  const type = TYPES.find(word => word === words.rest[0])
  const pairs = wordPairs(type === undefined ? words.rest : words.rest.slice(1), {
    flags: ['onlink'],
    values: ['to', 'via', 'dev', 'src', 'metric', 'table', 'proto', 'scope'],
  })
  const given = (key: string) => pairs?.given.get(key)
  const to = given('to') ?? pairs?.bare[0]
  const table = given('table') === 'main' ? undefined : given('table')
  const hasScope = given('scope') !== undefined && given('scope') !== 'link'
  if (pairs === undefined || to === undefined || hasScope) return undefined
  if (table !== undefined && numeral(table) === undefined) return undefined
  const isIPv6 = command.args.includes('-6') && to === 'default' && given('via') === undefined
  return routed(node, words.action, {
    to,
    via: given('via'),
    dev: given('dev'),
    src: given('src'),
    metric: numeral(given('metric')),
    table: numeral(table),
    type: type === 'unicast' ? undefined : type,
    onlink: pairs.set.has('onlink') || undefined,
    family: isIPv6 ? 6 : undefined,
  })
}

/** `route add -net 10.0.0.0 netmask 255.0.0.0 gw 192.0.2.1 dev eth0`, `del`. */
export const route: Translation = ({ program, args }, { node }) => {
  const [verb = '', ...rest] = args
  const deed = { add: 'add', del: 'delete', delete: 'delete' }[verb]
  if (program !== 'route' || deed === undefined) return undefined
  const pairs = wordPairs(rest, {
    flags: ['-net', '-host'],
    values: ['netmask', 'gw', 'dev', 'metric'],
    most: 2,
  })
  const [target, device] = pairs?.bare ?? []
  if (pairs === undefined || target === undefined) return undefined
  const mask = pairs.given.get('netmask')
  const length = mask === undefined ? undefined : prefixOf(mask)
  if (mask !== undefined && length === undefined) return undefined
  const isAll = target === '0.0.0.0' || target === 'default'
  return routed(node, deed, {
    to: isAll ? 'default' : length === undefined ? target : `${target}/${length}`,
    via: pairs.given.get('gw'),
    dev: pairs.given.get('dev') ?? device,
    metric: numeral(pairs.given.get('metric')),
  })
}
