import type { Outcome } from '../play.ts'
import type { World } from '../world.ts'
import { perlPattern, type Judged, type Question } from './judged.ts'

const within = (node: string, words: readonly string[]) => ['ip', 'netns', 'exec', node, ...words]
const isAddress = (text: string) => /^[\d.]+$/.test(text) || text.includes(':')

/** Names are the lab's own: there, each node has the others in its /etc/hosts. */
export function addressBehind(world: World, from: string, name: string): string | undefined {
  if (isAddress(name)) return name
  const node = world.named(name)
  if (node === undefined) return undefined
  return node === from ? '127.0.0.1' : world.addressFor(from, node)
}

const nobody = (name: string) => ({ reason: `no address of ${name} is known here` })

export function ping({ command: { node, words }, world, isNegative }: Question): Judged {
  const name = words.at(-1) ?? ''
  const target = addressBehind(world, node, name)
  if (target === undefined) return nobody(name)
  const [ping = '', ...options] = words.slice(0, -1)
  const count = Number(options[options.indexOf('-c') + 1])
  // With a deadline ping succeeds when all requests are answered, without one when any is.
  const all = count > 1 && !isNegative ? ['-w', '2'] : []
  return {
    test: { kind: 'succeeds', command: within(node, [ping, ...options, ...all, target]) },
  }
}

interface WantedAnswer {
  status?: number
  body?: string
}

/** `status 404, body "nothing"`, as expectations tell it. */
function wantedAnswer(text: string): WantedAnswer | undefined {
  const [, status, rest = ''] = /^(?:status (\d+)(?:, |$))?(.*)$/s.exec(text) ?? []
  const answer = status === undefined ? {} : { status: Number(status) }
  if (rest === '') return answer
  const [, body] = /^body ("(?:[^"\\]|\\.)*"|\/.*\/[a-z]*)$/s.exec(rest) ?? []
  return body === undefined ? undefined : { ...answer, body }
}

/** A URL with an address in place of a node's name. */
function urlFor(question: Question): string | undefined {
  const { command, world } = question
  const url = new URL(command.words.at(-1) ?? '')
  const name = url.hostname.replace(/^\[|\]$/g, '')
  if (isAddress(name)) return url.href
  const address = addressBehind(world, command.node, name)
  if (address === undefined) return undefined
  url.hostname = address.includes(':') ? `[${address}]` : address
  return url.href
}

/** The pattern of a body, which ends before the status that is printed behind it. */
function withEnding(pattern: string, status: number | undefined): string {
  const ending = status === undefined ? '\\z' : `\\n${status}\\z`
  const hasLines = /^\(\?[is]*m/.test(pattern)
  const ended = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\$/gs, part =>
    part === '$' && !hasLines ? `(?=${ending})` : part,
  )
  return status === undefined ? ended : `(?:${ended})(?s:.*)${ending}`
}

export function curl(question: Question): Judged {
  const { command, isNegative, wanted } = question
  const url = urlFor(question)
  if (url === undefined) return nobody(command.words.at(-1) ?? '')
  const options = command.words.slice(1, -1).filter(word => word !== '-i')
  const typed = (...more: string[]) =>
    within(command.node, ['curl', ...options.slice(0, 1), ...more, ...options.slice(1), url])
  const text = wanted.replace(/^an answer( with )?|^answer( with )?/, '')
  if (/^a status from 200 to 299$/.test(text) || text === '') {
    const any = isNegative ? [] : ['-f']
    return { test: { kind: 'succeeds', command: typed(...any, '-o', '/dev/null') } }
  }
  const answer = wantedAnswer(text)
  const isCut = /… \(\d+ characters\)$/.test(question.expectation.received ?? '')
  if (answer === undefined || (answer.body !== undefined && isCut)) {
    return { reason: 'only the scenario itself can look at headers, or at so long an answer' }
  }
  const { status, body } = answer
  const code = '%{http_code}'
  if (body === undefined) {
    const command = typed('-o', '/dev/null', '-w', code)
    return { test: { kind: 'prints', command, text: String(status) } }
  }
  const told = status === undefined ? [] : ['-w', `\\n${code}`]
  if (body.startsWith('"')) {
    const lines = [(JSON.parse(body) as string).trim(), ...(status === undefined ? [] : [status])]
    return { test: { kind: 'prints', command: typed(...told), text: lines.join('\n') } }
  }
  const pattern = perlPattern(body)
  if (pattern === undefined) return { reason: 'grep has no such pattern' }
  return {
    test: { kind: 'matches', command: typed(...told), pattern: withEnding(pattern, status) },
  }
}

/** A shell knows the error of connect(2), and not which message of ICMP it came from. */
const outcomes: Readonly<Record<string, Outcome>> = {
  connected: 'connected',
  refused: 'refused',
  'unreachable: port': 'refused',
  'timed out': 'timed out',
  'unreachable: host': 'host unreachable',
  'unreachable: admin': 'host unreachable',
  'no neighbour': 'host unreachable',
  'unreachable: net': 'no route',
  'no route': 'no route',
}

export function connection({ command: { node, words }, wanted }: Question): Judged {
  const [address = '', port = ''] = words.slice(-2)
  const outcome = outcomes[wanted.replace(/^anything but "(.*)"$/, '$1')]
  if (words.includes('-vu')) {
    return { reason: 'whether UDP is answered is for a program that knows the protocol' }
  }
  if (outcome === undefined) return { reason: `a shell does not see "${wanted}"` }
  return { test: { kind: 'connection', node, address, port: Number(port), outcome } }
}

/** Names in a title: `web, app and db`. */
function listed(text: string, world: World): string[] | undefined {
  const labels = text.replace(/ and (?=[^,]*$)/, ', ').split(', ')
  const names = labels.map(label => world.named(label))
  return names.every(name => name !== undefined) ? names : undefined
}

const MATRIX = /^(.*?) (?:all (ping)|do not (ping)|(ping)) each other(?: in (\d+) of \d+ pairs)?/s

/** The stream says who, and how many pairs; which pairs it does not say. */
export function matrix({ expectation, world }: Question): Judged {
  const [, who = '', all, none, , some] = MATRIX.exec(expectation.title) ?? []
  const names = listed(who, world)
  if (names === undefined) {
    return { reason: 'the stream of events does not say between whom; read the scenario' }
  }
  const nodes = names.map(name => {
    const other = names.find(each => each !== name) ?? name
    return { name, address: world.addressFor(other, name) ?? '' }
  })
  const wanted =
    all !== undefined ? names.length * (names.length - 1) : none !== undefined ? 0 : Number(some)
  if (nodes.some(({ address }) => address === '')) return { reason: 'one of them has no address' }
  return { test: { kind: 'pairs', nodes, wanted } }
}
