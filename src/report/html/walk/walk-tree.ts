import type { Status, Walked } from '../../../runner/events.ts'
import type { Attempt } from '../../attempts.ts'
import type { Walk } from '../../walk/walk.ts'

/** A heading of the document, with what stands below it. */
export interface WalkHeading {
  kind: 'heading'
  name: string
  /** None: the walk was over before what stands below it was. */
  status: Status | undefined
  items: WalkItem[]
}

export interface WalkCommand {
  kind: 'command'
  command: Walked
}

/** From here on machines are fresh. */
export interface FreshMachines {
  kind: 'fresh'
  line: number
  why: string | undefined
}

/** What a script would note, or the runner has to say. */
export interface WalkNote {
  kind: 'note'
  text: string
}

export type WalkItem = WalkHeading | WalkCommand | FreshMachines | WalkNote

/** The way that a walk took through its document. */
export function walkTree({ events }: Attempt, walk: Walk): WalkItem[] {
  const top: WalkItem[] = []
  const headings = new Map<number, WalkHeading>()
  const commands = new Map(walk.commands.map(command => [command.number, command]))
  const parts = walk.plan?.parts ?? []
  let part = 0
  const inside = (step: number | undefined) =>
    (step === undefined ? undefined : headings.get(step)?.items) ?? top
  const freshen = (line: number, items: WalkItem[]) => {
    const at = parts.findLastIndex(one => one.line <= line)
    if (at <= part) return
    part = at
    items.push({ kind: 'fresh', line: parts[at]?.line ?? line, why: parts[at]?.why })
  }
  for (const event of events) {
    if (event.type === 'step-start') {
      const name = event.path.at(-1) ?? ''
      const heading: WalkHeading = { kind: 'heading', name, status: undefined, items: [] }
      inside(event.parent).push(heading)
      headings.set(event.step, heading)
    } else if (event.type === 'step-end') {
      const heading = headings.get(event.step)
      if (heading !== undefined) heading.status = event.status
    } else if (event.type === 'walked') {
      const items = inside(event.step)
      freshen(event.line, items)
      items.push({ kind: 'command', command: commands.get(event.number) ?? event })
    } else if (event.type === 'note') {
      inside(event.step).push({ kind: 'note', text: event.text })
    }
  }
  return top
}
