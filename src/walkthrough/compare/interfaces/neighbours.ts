import { isAddress } from '../../../ipam/address.ts'
import type { Comparer, SimpleCommand } from '../comparison.ts'
import { MAC, addressName } from './address-name.ts'
import { lists } from './ip-command.ts'
import { jsonObjects, textIn, wordsIn } from './json-devices.ts'
import { listingComparer, readLines } from './listing-comparer.ts'
import { factsOf } from './thing.ts'
import type { Reading, Thing } from './thing.ts'

/** What the states say: who answers, who does not, what somebody wrote down. */
const STATES: Readonly<Record<string, string>> = {
  REACHABLE: 'known',
  STALE: 'known',
  DELAY: 'known',
  PROBE: 'known',
  FAILED: 'no answer',
  INCOMPLETE: 'no answer',
  PERMANENT: 'permanent',
  NOARP: 'noarp',
  NONE: 'no answer',
}

function createNeighbour(address: string, dev: string | undefined, state?: string): Thing {
  const thing: Thing = {
    name: `neighbour ${addressName(address)}`,
    facts: factsOf({ dev, state }),
    isUsual: true,
  }
  if (!isAddress(address)) thing.isNickname = true
  return thing
}

const stateOf = (words: readonly string[]) =>
  words.map(word => STATES[word.toUpperCase()]).find(state => state !== undefined)

/** A line of `ip neigh`; old ones have `nud` before the state. */
function readNeighbour(line: string): Thing | undefined {
  const [, address = '', dev, rest = ''] = /^\s*(\S+)\s+dev\s+(\S+)\s*(.*)$/.exec(line) ?? []
  if (!isAddress(address)) return undefined
  const words = rest.split(/\s+/)
  return createNeighbour(address, dev, words.includes('proxy') ? 'proxy' : stateOf(words))
}

function readNeighbours(lines: readonly string[]): Reading {
  const json = jsonObjects(lines)
  if (json?.every(object => 'dst' in object) === true) {
    const things = json.map(object =>
      createNeighbour(
        textIn(object, 'dst') ?? '',
        textIn(object, 'dev'),
        stateOf(wordsIn(object, 'state')),
      ),
    )
    return { things, unread: [] }
  }
  return readLines<Thing>(lines, readNeighbour)
}

/** `? (10.0.0.1) at 52:69:75:ea:27:30 [ether] on eth0`, in any language. */
function readAll(line: string): Thing | undefined {
  const [, address, hardware = '', rest = '', dev] =
    /^\s*\S+\s+\(([\d.]+)\)\s+\S+\s+(\S+)\s*(.*?)\s(\S+)\s*$/.exec(line) ?? []
  if (address === undefined) return undefined
  if (!MAC.test(hardware)) return createNeighbour(address, dev, 'no answer')
  return createNeighbour(address, dev, /\bPERM\b/.test(rest) ? 'permanent' : 'known')
}

/** A row of `arp` or `arp -n`: the hardware's type may be missing, headings may be translated. */
function readRow(line: string): Thing | undefined {
  const words = line.trim().split(/\s+/)
  const [address = ''] = words
  const place = words.findIndex(word => MAC.test(word) || /^[(<].*[)>]$/.test(word))
  const dev = words.at(-1)
  if (place < 1 || place > 2 || words.length < place + 2) return undefined
  if (!MAC.test(words[place] ?? '')) return createNeighbour(address, dev, 'no answer')
  return createNeighbour(address, dev, /M/.test(words[place + 1] ?? '') ? 'permanent' : 'known')
}

/** A row of /proc/net/arp: `10.0.0.1  0x1  0x2  52:69:75:ea:27:30  *  eth0`. */
function readProc(line: string): Thing | undefined {
  const [address = '', type, flags = '', , , dev] = line.trim().split(/\s+/)
  if (type?.startsWith('0x') !== true || !isAddress(address, 4)) return undefined
  const state = Number(flags) & 4 ? 'permanent' : Number(flags) & 2 ? 'known' : 'no answer'
  return createNeighbour(address, dev, state)
}

const NO_ENTRY = /^\s*(\S+)\s+\(([\d.]+)\)\s+--/
/** What `arp` says below its rows: how many there were. */
const COUNT = /^\s*\S+[:：]\s*\d+\s+\S+[:：]\s*\d+/

const isArp = ({ program, args }: SimpleCommand) =>
  (program === 'arp' && !args.some(word => /^-\w*[sdf]/.test(word))) ||
  (program === 'cat' && args.length === 1 && args[0] === '/proc/net/arp')

/** `ip neigh`. */
export const compareNeighbours: Comparer = listingComparer({
  isOf: lists('ip', 'neighbor', 'neighbour'),
  read: readNeighbours,
})

/** `arp`, `arp -n`, `arp -a`, `cat /proc/net/arp`. */
export const compareArp: Comparer = listingComparer({
  isOf: isArp,
  read: lines =>
    readLines<Thing>(lines, (line, last) => {
      const absent = NO_ENTRY.exec(line)?.[2]
      if (absent !== undefined) return createNeighbour(absent, undefined, 'no entry')
      const thing = readProc(line) ?? readAll(line) ?? readRow(line)
      if (thing !== undefined) return thing
      return last === undefined || COUNT.test(line) ? 'nothing' : undefined
    }),
})
