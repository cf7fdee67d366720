import { shellWord } from '../../names.ts'
import type { PacketTest, Play, Test } from '../play.ts'
import type { Typed } from './block.ts'
import { filterFor } from './packet-filter.ts'

const typedLine = (words: readonly string[]) => words.map(shellWord).join(' ')

const succeeds = '[ "$code" -eq 0 ]'
const fails = '[ "$code" -ne 0 ]'

export const captureFile = (name: string) => `/tmp/${name}.pcap`

/** Times that a person would type, and that hold on a slow machine too. */
function calm(command: readonly string[], isNegative: boolean): string[] {
  const words = [...command]
  const seconds = words.indexOf('--max-time')
  if (seconds >= 0) words.splice(seconds, 2, '-m', isNegative ? '1' : '2')
  const wait = words.includes('ping') ? words.indexOf('-W') : -1
  if (wait >= 0) words[wait + 1] = '1'
  return words
}

/** Without what a document has no use for: it shows what comes. */
function shown(command: readonly string[]): string[] {
  return command.filter(
    (word, n) =>
      word !== '-f' && word !== '-o' && !(word === '/dev/null' && command[n - 1] === '-o'),
  )
}

function shows(test: Test & { kind: 'shows' }, isNegative: boolean): Typed[] {
  const needsDetails = test.patterns.some(pattern => pattern.startsWith('^ +'))
  const words = test.command.filter(word => word !== '-d' || needsDetails)
  const patterns = test.patterns.map(pattern => {
    const sign = pattern.startsWith('!') ? '! ' : ''
    const text = sign === '' ? pattern : pattern.slice(1)
    // Whose MAC it is, the reader sees.
    const plain = text.replace(/\{mac \S+ \S+\}/, '[0-9a-f:]+')
    return `${sign}grep -Eq -e ${shellWord(plain)} <<<"$said"`
  })
  const all = [succeeds, ...patterns].join(' && ')
  return [{ command: typedLine(words), until: isNegative ? `! { ${all}; }` : all }]
}

function connection(test: Test & { kind: 'connection' }): Typed[] {
  const { node, address, port, outcome } = test
  if (outcome === 'connected') {
    const command = `ip netns exec ${node} timeout 1 bash -c ': < /dev/tcp/${address}/${port}'`
    return [{ command, until: succeeds }]
  }
  const seconds = outcome === 'host unreachable' ? 4 : 1
  const host = address.includes(':') ? `[${address}]` : address
  const url = shellWord(`telnet://${host}:${port}`)
  return [{ command: `ip netns exec ${node} curl -sS -m ${seconds} ${url}`, until: fails }]
}

function pairs({ nodes }: Test & { kind: 'pairs' }): Typed[] {
  return nodes.flatMap(from =>
    nodes
      .filter(to => to !== from)
      .map(to => {
        const ping = `ip netns exec ${from.name} ping -n -c 1 -W 1 ${to.address} > /dev/null`
        const ends = [
          `echo ${to.name} answers ${from.name}`,
          `echo ${to.name} does not answer ${from.name}`,
        ]
        return { command: `${ping} && ${ends.join(' || ')}` }
      }),
  )
}

/** What grep looks for, line by line: `first` is on the line before it. */
interface Lines {
  option: '-F' | '-P'
  first?: string
  last: string
}

function linesOf(packet: { by: 'text'; text: string } | { by: 'pattern'; pattern: string }): Lines {
  if (packet.by === 'text') {
    const [last = '', first] = packet.text.split('\n').toReversed()
    return { option: '-F', last, ...(first === undefined ? {} : { first }) }
  }
  const parts = packet.pattern.replace(/^\(\?[a-z]+\)/, '').split(/\\n\??/)
  const [last = '', first] = parts.toReversed()
  return { option: '-P', last, ...(first === undefined ? {} : { first }) }
}

/** What is printed is the packet, or their number where that is what is told. */
function filtered(read: string, filter: string, many: number | undefined, until: string): Typed {
  if (many === undefined) {
    return {
      command: `${read.replace(' -r ', ' -c 1 -r ')} ${shellWord(filter)} 2> /dev/null`,
      until,
    }
  }
  return { command: `${read} ${shellWord(filter)} 2> /dev/null | wc -l`, until }
}

function sees(test: Test & { kind: 'sees' }, isNegative: boolean, play: Play): Typed[] {
  const { capture, packet, range } = test
  const decode = play.readsVxlan ? ' -T vxlan' : ''
  const read = `tcpdump -Z root -nn -t${decode} -r ${shellWord(captureFile(capture))}`
  const isOne = range.least === 1 && range.most === undefined
  const many = isNegative ? 0 : range.most === range.least ? range.least : undefined
  const until = many === undefined ? '[ -n "$said" ] && [ "$said" != 0 ]' : `[ "$said" = ${many} ]`
  const filter = filterFor(packet)
  if (filter !== undefined) return [filtered(read, filter, many, until)]
  const { option, first, last } = linesOf(packet as Exclude<PacketTest, { by: 'filter' }>)
  // A line of what is inside of a packet may begin like a packet; tags are told by -e alone.
  const isUnclear = option === '-P' && last.startsWith('^') && play.readsVxlan
  if (isUnclear || play.kinds.includes('vlan')) {
    return [{ command: `${read.replace(' -t', ' -te')} 2> /dev/null` }]
  }
  const before = first === undefined ? '' : ` | grep -A 1 ${option} ${shellWord(first)}`
  const grep = `grep${isOne && !isNegative ? ' -m 1' : ''} ${option} ${shellWord(last)}`
  return [{ command: `${read} 2> /dev/null${before} | ${grep} | wc -l`, until }]
}

/** Commands by which a person looks at the same. */
export function looks(test: Test, isNegative: boolean, play: Play): Typed[] {
  switch (test.kind) {
    case 'succeeds': {
      const words = calm(shown(test.command), isNegative)
      return [{ command: typedLine(words), until: isNegative ? fails : succeeds }]
    }
    case 'prints': {
      const same = `[ "$said" = ${shellWord(test.text)} ]`
      const command = typedLine(calm(test.command, isNegative))
      return [{ command, until: isNegative ? `! ${same}` : same }]
    }
    case 'matches': {
      const like = `grep -Pzq -e ${shellWord(test.pattern)} < <(printf %s "$said")`
      const command = typedLine(calm(test.command, isNegative))
      return [{ command, until: isNegative ? `! ${like}` : like }]
    }
    case 'shows':
      return shows(test, isNegative)
    case 'connection':
      return connection(test)
    case 'pairs':
      return pairs(test)
    case 'sees':
      return sees(test, isNegative, play)
  }
}
