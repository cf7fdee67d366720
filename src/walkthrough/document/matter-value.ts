import { parseAddress } from '../../ipam/address.ts'
import { parseInterface } from '../../ipam/interface-address.ts'
import { UsageError } from '../../errors.ts'
import type { HostMatter, OutsideMatter } from './front-matter.ts'

/** What is wrong with a value; whoever reads front matter adds where it stands. */
export class WrongMatter extends Error {
  readonly path: readonly (string | number)[]
  readonly hint: string

  constructor(message: string, path: readonly (string | number)[], hint: string) {
    super(message)
    this.path = path
    this.hint = hint
  }
}

export interface MatterValue {
  value: unknown
  /** Keys and indices from the top of the front matter to it. */
  path: readonly (string | number)[]
}

function spell(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a map'
  return JSON.stringify(value) ?? String(value)
}

const nameOf = (path: readonly (string | number)[]) => path.slice(1).join('.')

function wrong({ value, path }: MatterValue, expected: string, hint: string): WrongMatter {
  return new WrongMatter(`"${nameOf(path)}" is ${expected}, not ${spell(value)}`, path, hint)
}

function text(given: MatterValue): string {
  const { value } = given
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw wrong(given, 'a text', `write ${nameOf(given.path)}: "…"`)
}

export function texts(given: MatterValue): string[] {
  const { value, path } = given
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) {
    throw wrong(given, 'a list of texts', `write ${nameOf(path)}: [one, two]`)
  }
  return value.map((item: unknown, i) => text({ value: item, path: [...path, i] }))
}

export function entries(given: MatterValue, example: string): [string, MatterValue][] {
  const { value, path } = given
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(given, 'a map', `write ${example}`)
  }
  return Object.entries(value).map(([key, item]) => [key, { value: item, path: [...path, key] }])
}

/** The values of a map that may have these keys and no others. */
function fields<Key extends string>(
  given: MatterValue,
  known: readonly Key[],
  example: string,
): Partial<Record<Key, MatterValue>> {
  const found: Partial<Record<Key, MatterValue>> = {}
  for (const [name, item] of entries(given, example)) {
    const key = known.find(one => one === name)
    if (key === undefined) {
      throw new WrongMatter(
        `"${name}" is no key of it`,
        item.path,
        `it may have ${known.join(', ')}`,
      )
    }
    found[key] = item
  }
  return found
}

/** `parse` refuses what is not an address with a reason of its own. */
function checked(given: MatterValue, parse: (value: string) => unknown): string {
  const value = text(given)
  try {
    parse(value)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new WrongMatter(error.message, given.path, error.hint)
  }
  return value
}

const address = (given: MatterValue): string => checked(given, parseAddress)
const prefixed = (given: MatterValue): string => checked(given, parseInterface)

/** One, or a list with one of each family. */
function ofFamilies(given: MatterValue, read: (item: MatterValue) => string): string[] {
  const { value, path } = given
  if (!Array.isArray(value)) return [read(given)]
  const items = value.map((item: unknown, i) => ({ value: item, path: [...path, i] }))
  const found = new Map<string, string>()
  for (const item of items) {
    const text = read(item)
    const family = text.includes(':') ? 'IPv6' : 'IPv4'
    const other = found.get(family)
    if (other !== undefined) {
      const hint = 'give one of each family; "setup" may add more: ip addr add … dev eth0'
      throw new WrongMatter(
        `"${nameOf(path)}" has two ${family} addresses, ${other} and ${text}`,
        item.path,
        hint,
      )
    }
    found.set(family, text)
  }
  return [...found.values()]
}

export const addresses = (given: MatterValue): string[] => ofFamilies(given, address)

export function policy(given: MatterValue): 'ACCEPT' | 'DROP' {
  const value = text(given).toUpperCase()
  if (value === 'ACCEPT' || value === 'DROP') return value
  throw wrong(given, 'ACCEPT or DROP', 'write forward: DROP as on a host where Docker runs')
}

export function seconds(given: MatterValue): number {
  const { value } = given
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value
  throw wrong(given, 'a number of seconds', 'write timeout: 60')
}

export function script(given: MatterValue): string {
  return Array.isArray(given.value) ? texts(given).join('\n') : text(given)
}

const HOST_EXAMPLE = 'node1: { address: 192.0.2.1/24, device: eth0 }'
const OUTSIDE_EXAMPLE = '- { address: 198.51.100.7, names: [example.com], http: hello }'

/** Its folder and its line in /etc/hosts are called so; gethostname(2) knows no more bytes. */
function checkName(name: string, { path }: MatterValue): void {
  const isName = name !== '' && !/^\.+$|[/\s\p{Cc}]/u.test(name) && Buffer.byteLength(name) <= 64
  if (isName) return
  const hint = 'write letters, digits, "-" and ".", 64 at most, as "hostname" prints it'
  throw new WrongMatter(`${JSON.stringify(name)} is no name for a machine`, path, hint)
}

/** IPv4 needs 68 (RFC 791), and a veth takes no more. */
function linkMtu(given: MatterValue): number {
  const { value } = given
  if (typeof value === 'number' && Number.isInteger(value) && value >= 68 && value <= 65_535) {
    return value
  }
  throw wrong(given, 'a number of bytes from 68 to 65535', 'write mtu: 1450')
}

function host(given: MatterValue): HostMatter {
  if (given.value === null) return {}
  if (typeof given.value === 'string' || Array.isArray(given.value)) {
    return { address: ofFamilies(given, prefixed) }
  }
  const { address: at, device, mtu } = fields(given, ['address', 'device', 'mtu'], HOST_EXAMPLE)
  return {
    ...(at === undefined ? {} : { address: ofFamilies(at, prefixed) }),
    ...(device === undefined ? {} : { device: text(device) }),
    ...(mtu === undefined ? {} : { mtu: linkMtu(mtu) }),
  }
}

export function hosts(given: MatterValue): Record<string, HostMatter> {
  // A list of names is the shortest way to say that there are two.
  const named: [string, MatterValue][] = Array.isArray(given.value)
    ? texts(given).map((name, i) => [name, { value: null, path: [...given.path, i] }])
    : entries(given, HOST_EXAMPLE)
  for (const [i, [name, item]] of named.entries()) {
    checkName(name, item)
    if (named.findIndex(([other]) => other === name) === i) continue
    throw new WrongMatter(`there are two machines called "${name}"`, item.path, 'rename one')
  }
  return Object.fromEntries(named.map(([name, item]) => [name, host(item)]))
}

function outsider(given: MatterValue): OutsideMatter {
  if (typeof given.value === 'string') return { address: address(given) }
  const { address: at, names, http } = fields(given, ['address', 'names', 'http'], OUTSIDE_EXAMPLE)
  if (at === undefined) throw wrong(given, 'a map with an address', `write ${OUTSIDE_EXAMPLE}`)
  return {
    address: address(at),
    ...(names === undefined ? {} : { names: texts(names) }),
    ...(http === undefined ? {} : { http: text(http) }),
  }
}

export function outside(given: MatterValue): OutsideMatter[] {
  const { value, path } = given
  if (!Array.isArray(value)) throw wrong(given, 'a list', `write ${OUTSIDE_EXAMPLE}`)
  return value.map((item: unknown, i) => outsider({ value: item, path: [...path, i] }))
}

export function sysctls(given: MatterValue): Record<string, string> {
  const named = entries(given, 'sysctls: { net.ipv4.ip_forward: 1 }')
  return Object.fromEntries(named.map(([name, item]) => [name, text(item)]))
}
