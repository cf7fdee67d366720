import type { Expectation } from '../../runner/events.ts'
import type { Item } from '../play.ts'
import type { Happening, Recording } from '../recording.ts'
import { after, placed } from '../shell-line.ts'
import { isUsual } from './actions.ts'
import { isTraffic } from './command.ts'

interface Look {
  at: number
  expectation: Expectation
  node: string
  link: string
}

const lookAt = (expectation: Expectation, at: number): Look[] => {
  const { node = '', words = [] } = placed(expectation.command ?? '') ?? {}
  if (words[0] !== 'tcpdump') return []
  return [{ at, expectation, node, link: after(words, '-i') ?? 'any' }]
}

function sends(happening: Happening): boolean {
  if (happening.type === 'command') return isTraffic(happening)
  if (happening.type !== 'expectation') return false
  const [tool = ''] = placed(happening.command ?? '')?.words ?? []
  return ['ping', 'curl', 'nc'].includes(tool)
}

function changes(happening: Happening): boolean {
  if (happening.type === 'action') return !isUsual(happening)
  return happening.type === 'command' && !isTraffic(happening)
}

/** Looks at one capture. */
function groupsOf(looks: readonly Look[], captures: Recording['captures']): Look[][] {
  const groups = new Map<string, Look[]>()
  for (const look of looks) {
    const { node, link, expectation } = look
    const same = captures.filter(each => each.node === node && (each.link ?? 'any') === link)
    // One capture for all: it was begun outside of the steps that look at it.
    const step = same.length === 1 ? '' : String(expectation.step)
    const key = JSON.stringify([node, link, step])
    groups.set(key, [...(groups.get(key) ?? []), look])
  }
  return [...groups.values()]
}

/** What captures a script needs, and which of them each look is at. */
export interface CapturePlan {
  items: { at: number; item: Item }[]
  names: ReadonlyMap<Expectation, { name: string } | { reason: string }>
}

/**
 * The stream tells of a capture when it is over, and not when it began. That was before what it
 * sees was sent, so each begins behind the last change before that.
 */
export function capturesIn({ happenings, captures }: Recording): CapturePlan {
  const looks = happenings.flatMap((each, at) =>
    each.type === 'expectation' ? lookAt(each, at) : [],
  )
  const items: CapturePlan['items'] = []
  const names = new Map<Expectation, { name: string } | { reason: string }>()
  const used = new Map<string, number>()
  for (const group of groupsOf(looks, captures)) {
    const [{ at, node, link, expectation }] = group as [Look]
    const from = happenings.findIndex(({ step }) => step === expectation.step)
    const sent = happenings.findLastIndex((each, n) => n >= from && n < at && sends(each))
    if (sent < 0) {
      const reason = 'what it sees was sent by the scenario itself, and not by a command'
      for (const look of group) names.set(look.expectation, { reason })
      continue
    }
    const changed = happenings.findLastIndex((each, n) => n >= from && n < sent && changes(each))
    const plain = `${node}-${link}`
    const count = (used.get(plain) ?? 0) + 1
    used.set(plain, count)
    const name = count === 1 ? plain : `${plain}-${count}`
    const begin = changed < 0 ? from : changed + 1
    items.push({ at: begin, item: { kind: 'capture', name, node, link } })
    const end = (group.at(-1)?.at ?? at) + 1
    items.push({ at: end, item: { kind: 'stop-capture', name } })
    for (const look of group) names.set(look.expectation, { name })
  }
  return { items, names }
}
