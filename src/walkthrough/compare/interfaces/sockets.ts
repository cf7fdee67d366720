import type { Comparer, SimpleCommand } from '../comparison.ts'
import { addressName } from './address-name.ts'
import { listingComparer, readLines } from './listing-comparer.ts'
import { factsOf } from './thing.ts'
import type { Thing } from './thing.ts'

const STATES: Readonly<Record<string, string>> = {
  LISTEN: 'LISTEN',
  ESTAB: 'ESTAB',
  ESTABLISHED: 'ESTAB',
  UNCONN: 'UNCONN',
  'TIME-WAIT': 'TIME-WAIT',
  TIME_WAIT: 'TIME-WAIT',
  'SYN-SENT': 'SYN-SENT',
  SYN_SENT: 'SYN-SENT',
  'SYN-RECV': 'SYN-RECV',
  SYN_RECV: 'SYN-RECV',
  'CLOSE-WAIT': 'CLOSE-WAIT',
  CLOSE_WAIT: 'CLOSE-WAIT',
  'FIN-WAIT-1': 'FIN-WAIT',
  'FIN-WAIT-2': 'FIN-WAIT',
  FIN_WAIT1: 'FIN-WAIT',
  FIN_WAIT2: 'FIN-WAIT',
  'LAST-ACK': 'LAST-ACK',
  LAST_ACK: 'LAST-ACK',
  CLOSING: 'CLOSING',
  CLOSED: 'UNCONN',
}
const SOCKET = /^(?:tcp|udp|sctp|dccp|raw|mptcp)/
/** The least port that a kernel gives to who asks for none. */
const EPHEMERAL = 32768

interface SocketFacts {
  proto: string
  state: string
  local: string
  peer: string
  program?: string | undefined
}

/** Where an address ends and its port begins: `[::]:80`, `:::80`, `127.0.0.53%lo:53`. */
function partsOf(text: string): { address: string; port: string } {
  const [, address = '', port = ''] = /^(.*?)(?:%[^:]*)?:([^:]*)$/.exec(text) ?? []
  return { address: addressName(address.replace(/[[\]]/g, '').replace(/^::ffff:/i, '')), port }
}

/** `*` is every address of a family or of both: old and new tools do not agree. */
const isEvery = (address: string) => /^(?:\*|0\.0\.0\.0|::)$/.test(address)

/** Every address has many spellings: which family it is of says `0.0.0.0` or `::`; `*` does not. */
function createSocket({ proto, state, local, peer, program }: SocketFacts): Thing {
  const [here, there] = [partsOf(local), partsOf(peer)]
  const kind = proto.replace(/6$/, '')
  const isServer = state === 'LISTEN' || state === 'UNCONN'
  const portOf = (port: string) => (Number(port) >= EPHEMERAL && !isServer ? '*' : port)
  const address = isEvery(here.address) ? 'every address' : here.address
  const name = isServer
    ? `${kind} port ${here.port}`
    : `${kind} ${here.address}:${portOf(here.port)} to ${there.address}:${portOf(there.port)}`
  const socket: Thing = {
    name,
    facts: factsOf({ state, address: isServer ? address : undefined, program }),
    isUsual: true,
  }
  if (here.address !== '*')
    socket.strictly = factsOf({ family: here.address.includes(':') ? '6' : '4' })
  return socket
}

/** `python3.11`, `nc.openbsd` and `python3` are the same program, by different names. */
const programOf = (name: string | undefined) =>
  name === undefined || name === '' || name === '-'
    ? undefined
    : name.replace(/(?:[\d.]+|\.[a-z]+)$/, '')

const protoOf = ({ args }: SimpleCommand) =>
  args.some(word => /^-\w*u/.test(word)) && !args.some(word => /^-\w*t/.test(word)) ? 'udp' : 'tcp'

/** A row of `ss`; without its first column where only one protocol was asked for. */
function readSs(line: string, command: SimpleCommand): Thing | 'nothing' | undefined {
  const words = line.trim().split(/\s+/)
  const place = words.findIndex((word, i) => i < 2 && Object.hasOwn(STATES, word))
  if (place < 0) return /^\s|^(?:Netid|State|Recv-Q)/.test(line) ? 'nothing' : undefined
  const proto = place === 0 ? protoOf(command) : (words[0] ?? '')
  const [, , , local = '', peer = '', ...rest] = words.slice(place)
  if (!SOCKET.test(proto)) return 'nothing'
  const program = /\(\("([^"]+)"/.exec(rest.join(' '))?.[1]
  const state = STATES[words[place] ?? ''] ?? ''
  return createSocket({ proto, state, local, peer, program: programOf(program) })
}

/** A row of `netstat`; UDP has no state there. */
function readNetstat(line: string): Thing | 'nothing' {
  const [, proto, local = '', peer = '', rest = ''] =
    /^\s*((?:tcp|udp|raw)6?)\s+\d+\s+\d+\s+(\S+)\s+(\S+)\s*(.*)$/.exec(line) ?? []
  if (proto === undefined) return 'nothing'
  const words = rest.split(/\s+/)
  const [word = ''] = words
  const state = Object.hasOwn(STATES, word) ? (STATES[word] ?? word) : 'UNCONN'
  const program = /(?:^|\s)\d+\/([^\s:]+)/.exec(rest)?.[1]
  return createSocket({ proto, state, local, peer, program: programOf(program) })
}

/** `ss`, `netstat -tlnp`. */
export const compareSockets: Comparer = listingComparer({
  isOf: ({ program, args }) =>
    (program === 'ss' && !args.some(word => /^-\w*s/.test(word))) ||
    (program === 'netstat' && !args.some(word => /^-\w*[rgiMs]/.test(word))),
  read: (lines, command) =>
    readLines<Thing>(lines, line =>
      command.program === 'ss' ? readSs(line, command) : readNetstat(line),
    ),
})
