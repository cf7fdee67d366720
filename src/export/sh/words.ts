import { shellWord } from '../../names.ts'
import type { PacketTest, Range, Test } from '../play.ts'
import { typedLine } from '../shell-line.ts'

/** A pattern in which `{mac web eth0}` stands for what that link has. */
function patternWord(pattern: string): string {
  const parts = pattern.split(/\{mac (\S+) (\S+)\}/)
  if (parts.length === 1) return shellWord(pattern)
  const [before = '', node = '', link = '', behind = ''] = parts
  const mac = `"$(mac_of ${shellWord(node)} ${shellWord(link)})"`
  return [before, behind].map(text => (text === '' ? '' : shellWord(text))).join(mac)
}

function packetWords(packet: PacketTest): string {
  if (packet.by === 'filter') return shellWord(packet.filter)
  if (packet.by === 'pattern') return `-P ${shellWord(packet.pattern)}`
  if (!packet.text.includes('\n')) return `-F ${shellWord(packet.text)}`
  // grep takes the lines of a text as several.
  const literal = packet.text.replace(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`)
  return `-P ${shellWord(literal.replaceAll('\n', '\\n'))}`
}

const rangeWord = ({ least, most }: Range) =>
  most === undefined ? `${least}-` : most === least ? String(least) : `${least}-${most}`

/** A test as a command of the script, which succeeds when it is so. */
export function testLine(test: Test): string {
  switch (test.kind) {
    case 'succeeds':
      return typedLine(test.command)
    case 'prints':
      return `prints ${shellWord(test.text)} ${typedLine(test.command)}`
    case 'matches':
      return `matches ${shellWord(test.pattern)} ${typedLine(test.command)}`
    case 'shows': {
      if (test.patterns.length === 0) return typedLine(test.command)
      return `shows ${test.patterns.map(patternWord).join(' ')} -- ${typedLine(test.command)}`
    }
    case 'connection': {
      const { outcome, node, address, port } = test
      // The kernel asks three times, a second apart, before it says that nobody has an address.
      const seconds = outcome === 'host unreachable' ? ' 4' : ''
      return `connection ${shellWord(outcome)} ${node} ${shellWord(address)} ${port}${seconds}`
    }
    case 'pairs': {
      const nodes = test.nodes.map(({ name, address }) => shellWord(`${name}=${address}`))
      return `pairs ${test.wanted} ${nodes.join(' ')}`
    }
    case 'sees': {
      const { capture, range, packet } = test
      return `sees ${rangeWord(range)} ${shellWord(capture)} ${packetWords(packet)}`
    }
  }
}
