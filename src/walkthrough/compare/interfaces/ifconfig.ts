import { isAddress } from '../../../ipam/address.ts'
import type { Comparer } from '../comparison.ts'
import { isLeftOut } from '../lines.ts'
import { prefixOf } from './address-name.ts'
import { createAddress } from './device-address.ts'
import { createDevice, flagsOf } from './device.ts'
import type { Device } from './device.ts'
import { listingComparer } from './listing-comparer.ts'
import { NONE } from './thing.ts'
import type { Reading } from './thing.ts'

/** `eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500` */
const NEW = /^\s*(\S+?):\s+\S+?=?\d*<([^>]*)>\s*(?:\S+\s+(\d+))?/
/** `eth0      Link encap:Ethernet  HWaddr 02:42:…`, whatever language the second word is in. */
const OLD =
  /^\s*(\S+)\s+(?:Link\s+encap|Lien\s+encap|Protokoll|Link\s+enc\S*|链路封装|リンク方法)\s*[:：]/
/** `UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1` */
const OLD_FLAGS = /^(.*?)\s*MTU\s*[:：]\s*(\d+)/
/** `eth0   1500  0  120  0 …  BMRU`, of `ifconfig -s` and `netstat -i`. */
const ROW = /^\s*(\S+)\s+(\d+)\s+(?:\d+\s+){6,}([A-Za-z]+)\s*$/
/** Flags as net-tools has them in other languages. */
const TRANSLATED: readonly [string, RegExp][] = [
  ['UP', /\b(?:UP|ACTIVO|ATIVO)\b|启用/],
  ['RUNNING', /\b(?:RUNNING|FUNCIONANDO|RODANDO|EXECUTANDO)\b|运行/],
  ['LOOPBACK', /\b(?:LOOPBACK|BUCLE)\b|环回/],
  ['NOARP', /\bNOARP\b/],
  ['PROMISC', /\bPROMISC\b/],
]
/** Counters, queues, hardware, memory: their words are translated, their numbers say nothing. */
const NOTHING =
  /\d|^\s*(?:loop|ether|unspec|tunnel|ppp|sit|infiniband|collisions|Interrupt|Memory)\b/i

const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g

/** IPv4: the first is the address, the mask is among the rest; point-to-point links have a peer. */
function readIpv4(line: string, device: Device): boolean {
  if (!/\binet\b(?!6)|\binet adr|地址[:：]\s*\d+\./i.test(line) || /\binet6\b/.test(line))
    return false
  const [address, ...rest] = [...line.matchAll(IPV4)].map(([text]) => text)
  if (address === undefined || !isAddress(address, 4)) return false
  const mask = rest.findLast(text => prefixOf(text) !== undefined && text !== '0.0.0.0')
  const prefix = mask === undefined ? undefined : prefixOf(mask)
  const broadcast = rest.find(text => text !== mask && text !== '0.0.0.0')
  const text = prefix === undefined ? address : `${address}/${prefix}`
  device.parts.push(createAddress(text, { broadcast }))
  return true
}

/** IPv6: `inet6 fe80::1  prefixlen 64  scopeid 0x20<link>`, `inet6 addr: fe80::1/64 Scope:Link`. */
function readIpv6(line: string, device: Device): boolean {
  if (!/inet6/i.test(line)) return false
  const words = line.split(/\s+|(?<=[^\da-f:])[:：](?=[\da-f:])/i)
  const text = words.find(word => isAddress(word.replace(/\/\d+$/, ''), 6))
  if (text === undefined) return false
  const prefix = /\/\d+/.test(text)
    ? ''
    : `/${/\D(\d{1,3})(?!\S)/.exec(line.split(text)[1] ?? '')?.[1] ?? '128'}`
  device.parts.push(createAddress(text + prefix, {}))
  return true
}

function readDevice(line: string): Device | undefined {
  const [, name, flags, mtu] = NEW.exec(line) ?? []
  if (name !== undefined) return createDevice(name, { flags: flagsOf(flags ?? ''), mtu })
  const old = OLD.exec(line)?.[1]
  if (old !== undefined) return createDevice(old, { flags: undefined })
  const [, row, rowMtu, letters = ''] = ROW.exec(line) ?? []
  if (row === undefined) return undefined
  const words = { U: 'UP', R: 'RUNNING', L: 'LOOPBACK', P: 'PROMISC', O: 'NOARP' }
  const set = Object.entries(words).flatMap(([letter, word]) =>
    letters.includes(letter) ? word : [],
  )
  return createDevice(row, { flags: flagsOf(set.join(',')), mtu: rowMtu })
}

function readOldFlags(line: string, device: Device): boolean {
  const [, words, mtu] = OLD_FLAGS.exec(line) ?? []
  if (words === undefined || mtu === undefined) return false
  const set = TRANSLATED.flatMap(([flag, spelling]) => (spelling.test(words) ? flag : []))
  device.facts.set('flags', flagsOf(set.join(',')) ?? NONE)
  if (device.name !== 'lo') device.facts.set('mtu', mtu)
  return true
}

/** Reads what `ifconfig` prints, old (net-tools 1.60) and new (2.10). */
export function readInterfaces(lines: readonly string[]): Reading {
  const things: Device[] = []
  const unread: Reading['unread'] = []
  for (const [number, text] of lines.entries()) {
    if (text.trim() === '') continue
    const device = readDevice(text)
    const last = device ?? things.at(-1)
    if (device !== undefined) things.push(device)
    else if (last === undefined) {
      if (!/\bMTU\b/.test(text)) unread.push({ number, text })
    } else if (isLeftOut(text)) last.isOpen = true
    else if (!readIpv4(text, last) && !readIpv6(text, last) && !readOldFlags(text, last)) {
      if (!NOTHING.test(text)) unread.push({ number, text })
    }
  }
  return { things, unread }
}

/** `ifconfig`, `netstat -i`. */
export const compareInterfaces: Comparer = listingComparer({
  isOf: ({ program, args }) =>
    program === 'ifconfig' || (program === 'netstat' && args.some(word => /^-\w*i\w*$/.test(word))),
  read: readInterfaces,
})
