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

const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g
const ANSWER = /^status (\d+), (?:.*, )?body (".*")$/s

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

/** The servers of one port, one after the other: from where in the happenings each is there. */
function* planOf(all: readonly Asked[], happenings: readonly Happening[]) {
  const [first] = all
  const begun = all.find(({ answer }) => answer !== undefined)
  if (first === undefined || begun === undefined) return
  const { node, port } = first
  const refused = all.findLast(each => each.answer === undefined && each.at < begun.at)
  let from = Math.min(begun.at, Math.max(builtAt(node, happenings), (refused?.at ?? -1) + 1))
  let now: Asked['answer']
  for (const { at, answer } of all) {
    if (answer === undefined && now !== undefined) {
      yield { at, item: { kind: 'stop-serving', node, port } satisfies Item }
      now = undefined
      from = at + 1
    }
    if (answer === undefined || (now?.text === answer.text && now.status === answer.status)) {
      continue
    }
    if (now !== undefined) yield { at, item: { kind: 'stop-serving', node, port } satisfies Item }
    yield {
      at: now === undefined ? from : at,
      item: { kind: 'serve', node, port, ...answer } satisfies Item,
    }
    now = answer
    from = at
  }
}

/**
 * The stream does not tell of servers that a scenario has in its own process. Who answered, and
 * what, shows in what was asked of them; each is started as early as can be, so that who is not
 * reached is not merely absent.
 *
 * @returns what is to be put in before which happening
 */
export function serversIn(
  happenings: readonly Happening[],
  topology: ConstructorParameters<typeof World>[0],
): { at: number; item: Item }[] {
  const asked = allAsked(happenings, new World(topology))
  const keys = new Set(asked.map(({ node, port }) => `${node} ${port}`))
  return [...keys].flatMap(key => [
    ...planOf(
      asked.filter(({ node, port }) => `${node} ${port}` === key),
      happenings,
    ),
  ])
}
