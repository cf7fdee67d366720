import type { Expectation } from '../../runner/events.ts'
import type { Item } from '../play.ts'
import type { Happening } from '../recording.ts'
import { after, placed } from '../shell-line.ts'
import { isTraffic } from './command.ts'

/** A capture of the scenario, under the name that it has here. */
interface Capture {
  name: string
  at: number
  isOver: boolean
}

const END = /^# (\S+): no longer captures (.+)$/

/** What tells of captures: `tcpdump -i eth0 …` of a node, as an action or as a look. */
function captured(line: string): string | undefined {
  const { node = '', words = [] } = placed(line) ?? {}
  if (words[0] !== 'tcpdump') return undefined
  return JSON.stringify([node, after(words, '-i') ?? 'any'])
}

function ended(line: string): string | undefined {
  const [, node, link] = END.exec(line) ?? []
  if (link === undefined) return undefined
  return JSON.stringify([node, link === 'all links' ? 'any' : link])
}

/** Whether an action is all about captures, which `capturesIn` tells. */
export const isOfCapture = (line: string) =>
  ended(line) !== undefined || captured(line) !== undefined

function sends(happening: Happening): boolean {
  if (happening.type === 'command') return isTraffic(happening)
  if (happening.type !== 'expectation') return false
  const [tool = ''] = placed(happening.command ?? '')?.words ?? []
  return ['ping', 'curl', 'nc'].includes(tool)
}

/** What captures a script needs, and which of them each look is at. */
export interface CapturePlan {
  items: { at: number; item: Item }[]
  names: ReadonlyMap<Expectation, { name: string } | { reason: string }>
}

const SENT_BY_ITSELF = {
  reason: 'what it sees was sent by the scenario itself, and not by a command',
}

/** Captures as the stream tells them; a look is at the newest that runs, or at the last that did. */
export function capturesIn(happenings: readonly Happening[]): CapturePlan {
  const items: CapturePlan['items'] = []
  const names = new Map<Expectation, { name: string } | { reason: string }>()
  const begun = new Map<string, Capture[]>()
  const current = (key: string) => {
    const all = begun.get(key) ?? []
    return all.findLast(({ isOver }) => !isOver) ?? all.at(-1)
  }
  const begin = (key: string, at: number) => {
    const [node, link] = JSON.parse(key) as [string, string]
    const before = begun.get(key) ?? []
    const name = `${node}-${link}${before.length === 0 ? '' : `-${before.length + 1}`}`
    begun.set(key, [...before, { name, at, isOver: false }])
    items.push({ at, item: { kind: 'capture', name, node, link } })
  }
  const end = (key: string, at: number) => {
    const capture = current(key)
    if (capture === undefined) return
    capture.isOver = true
    items.push({ at, item: { kind: 'stop-capture', name: capture.name } })
  }
  for (const [at, happening] of happenings.entries()) {
    if (happening.type === 'action') {
      const [begins, ends] = [captured(happening.shell), ended(happening.shell)]
      if (begins !== undefined) begin(begins, at)
      if (ends !== undefined) end(ends, at)
    }
    if (happening.type !== 'expectation') continue
    const key = captured(happening.command ?? '')
    if (key === undefined) continue
    const capture = current(key)
    const isSent = capture !== undefined && happenings.slice(capture.at, at).some(sends)
    names.set(happening, isSent ? { name: capture.name } : SENT_BY_ITSELF)
  }
  return { items, names }
}
