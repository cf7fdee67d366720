import type { Item, Play } from '../play.ts'
import type { Happening, Recording } from '../recording.ts'
import { oneLine } from '../shell-line.ts'
import { World } from '../world.ts'
import { StandIns, translateAction } from './actions.ts'
import { capturesIn, type CapturePlan } from './captures.ts'
import { translateCommand } from './command.ts'
import { translateExpectation } from './expectation.ts'
import { serversIn } from './servers.ts'

interface Context {
  world: World
  standIns: StandIns
  captures: CapturePlan
}

function translateHappening(happening: Happening, context: Context): Item[] {
  const { world, standIns, captures } = context
  switch (happening.type) {
    case 'action':
      return translateAction(happening, standIns, world)
    case 'command':
      return [translateCommand(happening, world)]
    case 'expectation': {
      const captureFor = () => captures.names.get(happening) ?? { reason: 'of no capture' }
      return [translateExpectation(happening, world, captureFor)]
    }
    case 'step-start':
      return []
    case 'note':
      // Here the kernel does what it is about.
      if (happening.text.startsWith('tunnels: userspace stand-in')) return []
      return [{ kind: 'remark', text: `the scenario noted:\n${happening.text}` }]
  }
}

/** Lines that follow one another are one item. */
function merged(items: readonly Item[]): Item[] {
  const all: Item[] = []
  for (const item of items) {
    const last = all.at(-1)
    if (item.kind === 'do' && last?.kind === 'do') last.lines.push(...item.lines)
    else all.push(item.kind === 'do' ? { ...item, lines: [...item.lines] } : item)
  }
  return all
}

/** Links that a kernel may lack, of what is made. */
function kindsIn(items: readonly Item[]): string[] {
  const made = items.flatMap(item => (item.kind === 'do' ? item.lines : []))
  const kinds = made.flatMap(line => / link add .*\btype (\w+)/.exec(line)?.[1] ?? [])
  return [...new Set(kinds)].filter(kind => kind !== 'veth' && kind !== 'bridge').sort()
}

const stepOf = (happening: Happening, { steps }: Recording): readonly string[] =>
  (happening.step === undefined ? undefined : steps.get(happening.step)) ?? []

/** A step that does nothing which a shell could do is said to be one. */
function* withSilentSteps(items: readonly Item[]): Generator<Item> {
  for (const [n, item] of items.entries()) {
    yield item
    const next = items[n + 1]
    const isEmpty = item.kind === 'section' && (next === undefined || next.kind === 'section')
    const isParent =
      isEmpty && next?.kind === 'section' && next.path.slice(0, -1).join() === item.path.join()
    if (!isEmpty || isParent || item.path.length === 0) continue
    yield { kind: 'remark', text: 'only the code of the scenario does something here' }
  }
}

/** Whoever ends a script, or a document, ends what still runs. */
function withoutLastStops(items: readonly Item[]): Item[] {
  const last = items.findLastIndex(({ kind }) => kind !== 'stop-serving' && kind !== 'stop-capture')
  return items.slice(0, last + 1)
}

/** A capture that nobody here looks at is none. */
function withoutUnseen(items: readonly Item[]): Item[] {
  const seen = new Set(
    items.flatMap(item =>
      item.kind === 'check' && item.test.kind === 'sees' ? [item.test.capture] : [],
    ),
  )
  return items.filter(
    item => (item.kind !== 'capture' && item.kind !== 'stop-capture') || seen.has(item.name),
  )
}

interface Inserted {
  at: number
  item: Item
}

/** All of a scenario in shell, in its order. */
function* itemsOf(recording: Recording, inserted: readonly Inserted[], context: Context) {
  let section = '[]'
  for (const [at, happening] of recording.happenings.entries()) {
    const here = inserted.filter(each => each.at === at).map(({ item }) => item)
    const translated = translateHappening(happening, context)
    const isBegin = happening.type === 'step-start'
    // What ends here, or has to be there when a step begins, belongs to what was before.
    const isBefore = ({ kind }: Item) =>
      kind === 'stop-capture' || kind === 'stop-serving' || (isBegin && kind === 'serve')
    yield* here.filter(isBefore)
    const path = stepOf(happening, recording).map(oneLine)
    const begun = [...here.filter(item => !isBefore(item)), ...translated]
    const isTold = begun.length > 0 || isBegin
    if (isTold && JSON.stringify(path) !== section) {
      section = JSON.stringify(path)
      yield { kind: 'section', path } satisfies Item
    }
    yield* begun
  }
  yield* inserted.filter(({ at }) => at >= recording.happenings.length).map(({ item }) => item)
}

const READS_VXLAN = / type vxlan .* dstport 8472/

/** Tells a scenario in shell: everything that it did, in its order. */
export function translate(recording: Recording): Play {
  const { happenings, topology, start } = recording
  const actions = happenings.filter(each => each.type === 'action')
  const captures = capturesIn(happenings)
  const context = { world: new World(topology), standIns: new StandIns(actions), captures }
  const inserted = [...serversIn(happenings, topology), ...captures.items]
  const told = withoutLastStops(withoutUnseen([...itemsOf(recording, inserted, context)]))
  const items = merged([...withSilentSteps(told)])
  return {
    name: oneLine(start.name),
    file: oneLine(start.file),
    items,
    kinds: kindsIn(items),
    readsVxlan: items.some(
      item => item.kind === 'do' && item.lines.some(line => READS_VXLAN.test(line)),
    ),
  }
}
