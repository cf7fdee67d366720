import { inspect } from 'node:util'
import { UsageError } from '../errors.ts'
import { namesTaken, type Callable } from './names-taken.ts'
import type { FixtureList } from './scenario.ts'

type Context = Record<string, unknown>

/** Once a story is to stop, what is in use has so long to be taken down, all together. */
const TAKEN_DOWN_AFTER_MS = 1000

/** What goes on around fixtures. */
export interface Surroundings {
  /** Rejects when the story is to stop where it is. */
  stopped: Promise<never>
  /** Counts the time of something that is no step: `taking down fixture "pair"`. */
  spend: <T>(what: string, work: () => Promise<T>) => Promise<T>
  /** All that was made is still there; `failure` is what ended the body, if anything did. */
  beforeTakeDown: (failure: { thrown: unknown } | undefined) => Promise<void>
  note: (text: string) => void
}

function cycle(way: readonly string[]): UsageError {
  const name = way.at(-1) ?? ''
  return new UsageError(`fixture "${name}" needs itself`, {
    code: 'TNET_FIXTURE_CYCLE',
    hint: 'make one of them without the other',
    facts: { way: way.slice(way.indexOf(name)).join(' → ') },
  })
}

/**
 * Those that are wanted, and those that they want themselves, each after what it wants. Who takes
 * its context whole wants all: a fixture those before it. A fixture that names itself gets the one
 * before it of that name.
 */
function inOrder(fixtures: FixtureList, source: Callable): FixtureList {
  const names = fixtures.map(({ name }) => name)
  const order: number[] = []
  const visit = (at: number, way: readonly string[]) => {
    const { name, fixture } = fixtures[at] ?? {}
    if (name === undefined || fixture === undefined || order.includes(at)) return
    const named = namesTaken(fixture)
    for (const other of named ?? names.slice(0, at)) {
      const isOwn = other === name
      const found = (isOwn ? names.slice(0, at) : names).lastIndexOf(other)
      if (way.includes(other) || (isOwn && found < 0)) throw cycle([...way, name, other])
      visit(found, isOwn ? way : [...way, name])
    }
    order.push(at)
  }
  for (const name of namesTaken(source) ?? names) visit(names.lastIndexOf(name), [])
  return order.flatMap(at => fixtures[at] ?? [])
}

function misused(name: string, how: string, code: string): UsageError {
  return new UsageError(`fixture "${name}" ${how}`, {
    code,
    hint: `${name}: async ({ lab }, use) => { …; await use(value) }`,
  })
}

/** One fixture that is in use; `down` lets it go on after `use`, to its end. */
interface InUse {
  name: string
  down: () => Promise<void>
}

function setUp({ name, fixture }: FixtureList[number], context: Context): Promise<InUse> {
  return new Promise((resolve, reject) => {
    let isUsed = false
    let isLetGo = false
    let letGo = () => {}
    const used = new Promise<void>(resolve => (letGo = resolve))
    const down = () => {
      isLetGo = true
      letGo()
      return over
    }
    const use = (value: unknown): Promise<void> => {
      if (isUsed) throw misused(name, 'was handed out twice', 'TNET_FIXTURE_TWICE')
      isUsed = true
      context[name] = value
      resolve({ name, down })
      return used
    }
    const make = fixture as unknown as (context: Context, use: unknown) => unknown
    const over = (async () => {
      await make(context, use)
      if (!isUsed) throw misused(name, 'ended without handing anything out', 'TNET_FIXTURE_UNUSED')
      if (isLetGo) return
      throw misused(name, 'was over before the scenario was', 'TNET_FIXTURE_UNAWAITED')
    })()
    // Of one that is in use, whoever takes it down hears.
    over.catch(reject)
  })
}

/** In reverse, all of them. @returns what failed */
async function takeDown(
  inUse: readonly InUse[],
  { stopped, spend, note }: Surroundings,
): Promise<unknown[]> {
  const failures: unknown[] = []
  for (const { name, down } of inUse.toReversed()) {
    let timer: NodeJS.Timeout | undefined
    const late = stopped.catch((reason: unknown) => {
      const share = TAKEN_DOWN_AFTER_MS / inUse.length
      return new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          note(`fixture "${name}" was not taken down in time`)
          reject(reason)
        }, share)
      })
    })
    await spend(`taking down fixture "${name}"`, () => Promise.race([down(), late]))
      .catch((error: unknown) => failures.push(error))
      .finally(() => clearTimeout(timer))
  }
  return failures
}

/**
 * Makes the fixtures that `source` takes, runs `body`, and takes them down in reverse: all of them,
 * whatever fails, and also when the story is stopped.
 *
 * @throws what failed first: a set-up, the body, or a take-down; what else failed is noted
 */
export async function withFixtures(
  { fixtures, source }: { fixtures: FixtureList; source: Callable },
  context: object,
  body: () => Promise<void>,
  around: Surroundings,
): Promise<void> {
  const { stopped, spend, beforeTakeDown, note } = around
  const inUse: InUse[] = []
  const failures: unknown[] = []
  try {
    for (const wanted of inOrder(fixtures, source)) {
      const made = () => Promise.race([setUp(wanted, context as Context), stopped])
      inUse.push(await spend(`setting up fixture "${wanted.name}"`, made))
    }
    await Promise.race([body(), stopped])
  } catch (thrown) {
    failures.push(thrown)
  }
  try {
    const [thrown] = failures
    await beforeTakeDown(failures.length === 0 ? undefined : { thrown })
  } finally {
    failures.push(...(await takeDown(inUse, around)))
  }
  const [first, ...others] = failures
  for (const other of new Set(others)) {
    const what = other instanceof Error ? other.message : inspect(other)
    if (other !== first) note(`failed as well: ${what}`)
  }
  if (failures.length > 0) throw first
}
