import { shellWord } from '../../names.ts'
import type { Item, Play } from '../play.ts'
import type { Block, Typed } from './block.ts'
import { PEER_ADDRESS } from '../peer-address.ts'
import { captureFile, looks } from './looking.ts'

/** Answers what is in $TEXT; PEER in it is who asks. */
const ANSWER = `cat > /tmp/answer <<'EOF'
while IFS= read -r line && [ "$line" != $'\\r' ]; do :; done
printf 'HTTP/1.0 %s -\\r\\n\\r\\n%s' "$STATUS" "\${TEXT//PEER/$SOCAT_PEERADDR}"
EOF`

/** The same, asked by both families: an address of IPv6 is shortened, as everybody writes it. */
const ANSWER_BOTH = ANSWER.replace(
  'printf',
  `${PEER_ADDRESS}
printf`,
).replace('$SOCAT_PEERADDR', '$peer')

const hasIPv6 = ({ items }: Play) =>
  items.some(
    item => item.kind === 'do' && item.lines.some(line => / addr add [\da-f]*:/.test(line)),
  )

const pidFile = (node: string, port: number) => `/tmp/${node}-${port}.pid`

function serving(
  { node, port, text, status }: Item & { kind: 'serve' },
  isForBoth: boolean,
): Typed[] {
  const what = `TEXT=${shellWord(text)} STATUS=${status}`
  const on = isForBoth ? `TCP6-LISTEN:${port},ipv6only=0` : `TCP-LISTEN:${port}`
  const socat = `socat ${on},reuseaddr,fork 'EXEC:bash /tmp/answer'`
  return [
    { command: `${what} ip netns exec ${node} ${socat} 2> /dev/null &` },
    { command: `echo $! > ${pidFile(node, port)}` },
  ]
}

/** Listening, and capturing, begin a moment after they are typed. */
const MOMENT: Typed = { command: 'sleep 1' }

function capturing({ name, node, link }: Item & { kind: 'capture' }): Typed[] {
  const kind = link === 'any' ? ' -y LINUX_SLL' : ''
  const file = shellWord(captureFile(name))
  const how = `tcpdump -Z root --immediate-mode -U -nn -i ${shellWord(link)}${kind} -w ${file}`
  return [{ command: `ip netns exec ${node} ${how} 2> /dev/null &` }, MOMENT]
}

/** As those of a lab begin: quiet, and saying every "unreachable". */
function namespace(name: string): Typed[] {
  const quiet = 'net.ipv6.conf.default.addr_gen_mode=1 net.ipv4.icmp_ratelimit=0'
  return [
    { command: `ip netns add ${name}` },
    { command: `ip netns exec ${name} sysctl -qw ${quiet}` },
  ]
}

const prose = (text: string): Block => ({ kind: 'prose', text })

function remark(text: string): Block[] {
  const [first = '', ...rest] = text.split('\n')
  if (rest.length === 0) return [prose(`${first}.`)]
  return [prose(first), { kind: 'listing', text: rest.join('\n') }]
}

function blocksOf(item: Item, play: Play): Block[] {
  const commands = (...typed: Typed[]): Block => ({ kind: 'typed', commands: typed })
  switch (item.kind) {
    case 'section': {
      const text = item.path.at(-1) ?? 'Between the steps'
      return [{ kind: 'heading', depth: Math.min(6, 1 + Math.max(1, item.path.length)), text }]
    }
    case 'namespace':
      return [commands(...namespace(item.name))]
    case 'do':
      return [
        commands(...item.lines.map(command => ({ command: command.replace(/ \|\| true$/, '') }))),
      ]
    case 'try':
      return [
        commands({
          command: item.line,
          until: `[ "$code" -eq ${item.exitCode} ]`,
          isToldWhenSilent: true,
        }),
      ]
    case 'remark':
      return remark(item.text)
    case 'serve':
      return [
        prose(`A web server on ${item.node}:`),
        commands(...serving(item, hasIPv6(play)), MOMENT),
      ]
    case 'stop-serving':
      return [commands({ command: `kill "$(cat ${pidFile(item.node, item.port)})"` })]
    case 'capture':
      return [
        prose(`What ${item.link} of ${item.node} sees is kept:`),
        commands(...capturing(item)),
      ]
    case 'stop-capture':
      return []
    case 'check':
      return [prose(`${item.title}:`), commands(...looks(item.test, item.isNegative, play))]
    case 'left-out':
      return [prose(`Left out: ${item.title} (${item.reason}).`)]
  }
}

/** Blocks of commands that follow one another are one. */
function merged(blocks: readonly Block[]): Block[] {
  const all: Block[] = []
  for (const block of blocks) {
    const last = all.at(-1)
    if (block.kind === 'typed' && last?.kind === 'typed') {
      all[all.length - 1] = { kind: 'typed', commands: [...last.commands, ...block.commands] }
    } else all.push(block)
  }
  return all
}

function cleaningUp({ items }: Play): Block[] {
  const names = items.flatMap(item => (item.kind === 'namespace' ? [item.name] : []))
  const many = (kind: Item['kind']) => items.filter(item => item.kind === kind).length
  // Captures go on until here.
  const isBusy = many('serve') > many('stop-serving') || many('capture') > 0
  const jobs: Typed[] = isBusy ? [{ command: 'kill $(jobs -pr)' }] : []
  const removed = [...new Set(names)].map(name => ({ command: `ip netns delete ${name}` }))
  return [
    { kind: 'heading', depth: 2, text: 'Cleaning up' },
    { kind: 'typed', commands: [...jobs, ...removed] },
  ]
}

/** A scenario as somebody would walk through it by hand. */
export function blocksFor(play: Play): Block[] {
  const serves = play.items.some(({ kind }) => kind === 'serve')
  const answer: Block[] = serves
    ? [
        prose('Web servers will answer by this:'),
        { kind: 'typed', commands: [{ command: hasIPv6(play) ? ANSWER_BOTH : ANSWER }] },
      ]
    : []
  return merged([
    { kind: 'heading', depth: 2, text: 'Setting up' },
    ...answer,
    ...play.items.flatMap(item => blocksOf(item, play)),
    ...cleaningUp(play),
  ])
}
