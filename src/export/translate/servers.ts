import type { Command, Expectation } from '../../runner/events.ts'
import type { Item } from '../play.ts'
import type { Happening } from '../recording.ts'
import { wordsOf } from '../shell-line.ts'
import { World } from '../world.ts'
import { questionOf } from './expectation.ts'
import { addressBehind } from './reaching.ts'

/** Somebody was asked, and answered, or refused. */
interface Asked {
  at: number
  node: string
  port: number
  /** None: refused. */
  answer?: { status: number; text: string }
}

const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])[\da-f]*:[\da-f:]*:[\da-f]*(?![\w:])/g
const ANSWER = /^status (\d+), (?:.*, )?body (".*)$/s

/** What a server said, with what it sees of who asks as `PEER`. */
function textOf(body: string, world: World, server: string): string {
  return body.replace(ADDRESS, address =>
    world.ownersOf(address).some(owner => owner !== server) ? 'PEER' : address,
  )
}

function answerIn(received: string, world: World, server: string): Asked['answer'] {
  const [, status = '200', body = '""'] = ANSWER.exec(received) ?? []
  try {
    return { status: Number(status), text: textOf(JSON.parse(body) as string, world, server) }
  } catch {
    return { status: Number(status), text: '' } // too long to be told whole
  }
}

interface Place {
  from: string
  host: string
  port: number
}

function placeOf(node: string, text: string): Place | undefined {
  const href = /^https?:\/\//.test(text) ? text : `http://${text}`
  if (!URL.canParse(href)) return undefined
  const { hostname, port } = new URL(href)
  return { from: node, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
}

function answererOf(place: Place | undefined, world: World) {
  if (place === undefined) return undefined
  const address = addressBehind(world, place.from, place.host)
  return address === undefined ? undefined : world.answererOf(place.from, address, place.port)
}

function askedBy(expectation: Expectation, at: number, world: World): Asked | undefined {
  const question = questionOf(expectation, world)
  const { received = '' } = expectation
  const { node = '', words = [] } = question?.command ?? {}
  const target = words.at(-1) ?? ''
  if (words[0] === 'nc') {
    const place = { from: node, host: words.at(-2) ?? '', port: Number(target) }
    const found = answererOf(place, world)
    if (found === undefined) return undefined
    if (received.startsWith('refused')) return { at, ...found }
    return received.startsWith('connected')
      ? { at, ...found, answer: { status: 200, text: '' } }
      : undefined
  }
  if (words[0] !== 'curl') return undefined
  const found = answererOf(placeOf(node, target), world)
  if (found === undefined) return undefined
  if (received.includes('could not connect: refused')) return { at, ...found }
  if (!received.startsWith('status ')) return undefined
  const answer = answerIn(received, world, found.node)
  return answer === undefined ? undefined : { at, ...found, answer }
}

/** A script's own curl: what it got is not told, but that somebody answered. */
function askedByCommand(
  { node, command, exitCode }: Command,
  at: number,
  world: World,
): Asked | undefined {
  const words = wordsOf(command)
  if (words[0] !== 'curl' || exitCode !== 0) return undefined
  const found = answererOf(placeOf(node, words.at(-1) ?? ''), world)
  return found === undefined ? undefined : { at, ...found, answer: { status: 200, text: 'hello' } }
}

function allAsked(happenings: readonly Happening[], world: World): Asked[] {
  return happenings.flatMap((happening, at) => {
    if (happening.type === 'action') happening.shell.split('\n').forEach(line => world.hear(line))
    const asked =
      happening.type === 'expectation'
        ? askedBy(happening, at, world)
        : happening.type === 'command'
          ? askedByCommand(happening, at, world)
          : undefined
    if (happening.type === 'command') {
      world.hear(`ip netns exec ${happening.node} ${happening.command}`)
    }
    return asked ?? []
  })
}

/** When there is a namespace, and all that is built together with it. */
function builtAt(node: string, happenings: readonly Happening[]): number {
  const added = happenings.findIndex(
    each => each.type === 'action' && each.shell.startsWith(`ip netns add ${node}`),
  )
  const next = happenings.findIndex(
    (each, n) => n > added && (each.type !== 'action' || each.step !== happenings[added]?.step),
  )
  return next < 0 ? happenings.length : next
}

/** A server, from one happening to another. */
interface Served {
  node: string
  port: number
  from: number
  to?: number
}

const SERVES = /^# (\S+): the script (no longer )?serves (TCP|UDP) port (\d+)(?: of .+)?$/

/** Whether an action is about a server, which `serversIn` tells. */
export const isOfServer = (line: string) => SERVES.test(line)

const keyOf = ({ node, port }: { node: string; port: number }) => `${node} ${port}`

/** Servers of the scenario's own process, which the stream tells. */
function toldIn(happenings: readonly Happening[]): Served[] {
  const all: Served[] = []
  for (const [at, happening] of happenings.entries()) {
    if (happening.type !== 'action') continue
    const [, node = '', ends, protocol, port] = SERVES.exec(happening.shell) ?? []
    // Whoever asks by UDP is left out, too.
    if (protocol !== 'TCP') continue
    const place = { node, port: Number(port) }
    const running = all.find(each => keyOf(each) === keyOf(place) && each.to === undefined)
    if (ends === undefined && running === undefined) all.push({ ...place, from: at })
    if (ends !== undefined && running !== undefined) running.to = at
  }
  return all
}

/**
 * Servers that are programs, of which the stream does not tell: that they answered shows that they
 * were there. Each is started as early as can be, so that who is not reached is not merely absent.
 */
function shownBy(all: readonly Asked[], happenings: readonly Happening[]): Served[] {
  const served: Served[] = []
  let from = builtAt(all[0]?.node ?? '', happenings)
  let now: Served | undefined
  for (const { at, node, port, answer } of all) {
    if (answer === undefined) {
      if (now !== undefined) now.to = at
      now = undefined
      from = Math.max(from, at + 1)
    } else if (now === undefined) {
      now = { node, port, from: Math.min(from, at) }
      served.push(now)
    }
  }
  return served
}

/** One that answers this until it answers that is two, one after the other. */
function* planOf({ node, port, from, to }: Served, asked: readonly Asked[]) {
  const stop = { kind: 'stop-serving', node, port } satisfies Item
  const answers = asked.flatMap(({ at, answer }) =>
    at < from || at >= (to ?? Infinity) || answer === undefined ? [] : { at, answer },
  )
  let now = answers[0]?.answer ?? { status: 200, text: 'hello' }
  yield { at: from, item: { kind: 'serve', node, port, ...now } satisfies Item }
  for (const { at, answer } of answers) {
    if (now.text === answer.text && now.status === answer.status) continue
    yield { at, item: stop }
    yield { at, item: { kind: 'serve', node, port, ...answer } satisfies Item }
    now = answer
  }
  if (to !== undefined) yield { at: to, item: stop }
}

/**
 * What a server says shows in what was asked of it.
 *
 * @returns what is to be put in before which happening
 */
export function serversIn(
  happenings: readonly Happening[],
  topology: ConstructorParameters<typeof World>[0],
): { at: number; item: Item }[] {
  const asked = allAsked(happenings, new World(topology))
  const told = toldIn(happenings)
  const keys = new Set([...told, ...asked].map(keyOf))
  return [...keys].flatMap(key => {
    const [mine, ofIt] = [told, asked].map(all => all.filter(each => keyOf(each) === key)) as [
      Served[],
      Asked[],
    ]
    const served = mine.length > 0 ? mine : shownBy(ofIt, happenings)
    return served.flatMap(each => [...planOf(each, ofIt)])
  })
}
