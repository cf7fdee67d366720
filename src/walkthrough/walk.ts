import { ExpectationError } from '../errors.ts'
import { nowMs } from '../clock.ts'
import type { Lab } from '../lab/lab.ts'
import { planWalk } from './plan/plan-walk.ts'
import type { PartPlan, PlannedStep, WalkPlan } from './plan/walk-plan.ts'
import { PartWalk } from './part-walk.ts'
import type { WalkDocument } from './document/document.ts'
import { typedIn } from './typed/typed-in.ts'
import { SpareMachines } from './spare-machines.ts'
import { isWrong, type WalkedCounts, type WalkedStep } from './verdict.ts'
import { Waits } from './waits.ts'
import { whoListens, type WalkListener, type WalkSettings } from './walk-listener.ts'

/** What a walk needs of whoever tells it. */
export interface WalkContext {
  lab: Lab
  step: <T>(name: string, part: () => Promise<T>) => Promise<T>
}

/** How a walk went when nothing was wrong. */
export interface Walked {
  counts: WalkedCounts
  /** Of the first command that cannot be judged here. */
  doubt?: string
}

/** Thrown to tell a step that something in it is wrong; caught where it began. */
class SomethingWrong extends Error {}

interface Placed {
  step: PlannedStep
  /** Where it stands among the steps of its part. */
  index: number
  /** Under which headings it is told. */
  headings: readonly string[]
}

/**
 * Steps under their headings. What runs before its turn, or again, is told where it runs: a capture
 * is started before the command whose packets it shows.
 */
function placed(steps: readonly PlannedStep[]): Placed[] {
  const isDisplaced = (step: PlannedStep, index: number) =>
    step.isRepeat === true || steps.slice(index + 1).some(later => isBefore(later, step))
  const own = steps.map((step, index) => (isDisplaced(step, index) ? undefined : step))
  return steps.map((step, index) => {
    const next = own.slice(index).find(one => one !== undefined)
    const { headings } = (next ?? own.findLast(one => one !== undefined) ?? step).command
    return { step, index, headings }
  })
}

const isBefore = (one: PlannedStep, other: PlannedStep) =>
  one.isRepeat !== true && one.number < other.number

/** Neighbours below the same heading. */
function* groups(
  steps: readonly Placed[],
  depth: number,
): Generator<[heading: string | undefined, group: Placed[]]> {
  let group: Placed[] = []
  let heading: string | undefined
  for (const one of steps) {
    const own = one.headings[depth]
    if (group.length > 0 && own !== heading) {
      yield [heading, group]
      group = []
    }
    heading = own
    group.push(one)
  }
  if (group.length > 0) yield [heading, group]
}

class Walk {
  readonly #file: string
  readonly #plan: WalkPlan
  readonly #context: WalkContext
  readonly #listener: WalkListener
  readonly #settings: WalkSettings
  readonly #walked: WalkedStep[] = []
  readonly #waits = new Waits()

  constructor(file: string, plan: WalkPlan, context: WalkContext) {
    const { listener, settings } = whoListens()
    this.#file = file
    this.#plan = plan
    this.#context = context
    this.#settings = settings
    this.#listener = {
      ...listener,
      walked: step => {
        this.#walked.push(step)
        listener.walked(step)
      },
    }
  }

  async run(spares: SpareMachines | undefined): Promise<Walked> {
    const { lab } = this.#context
    const beganMs = nowMs()
    try {
      for (const [n, part] of this.#reached().entries()) {
        if (n > 0) await lab.clear()
        await this.#part(part, n === 0 ? spares : undefined)
      }
      if (this.#settings.pauses === true) await lab.pause()
    } finally {
      const durationMs = nowMs() - beganMs
      this.#listener.over(this.#counts(), { durationMs, waitedMs: this.#waits.ms })
    }
    return this.#result()
  }

  #isReached = ({ number }: PlannedStep) => number <= (this.#settings.until ?? Infinity)

  /** Machines of what comes after `--until` would be in the way of those that are to be seen. */
  #reached(): PartPlan[] {
    const { parts } = this.#plan
    return parts.filter((part, n) => n === 0 || part.steps.some(this.#isReached))
  }

  async #part(part: PartPlan, spares: SpareMachines | undefined): Promise<void> {
    const { lab } = this.#context
    const around = {
      lab,
      listener: this.#listener,
      settings: this.#settings,
      waits: this.#waits,
    }
    const walk = await PartWalk.start(around, part, { spares, setup: this.#plan.setup })
    const steps = placed(part.steps).filter(({ step }) => this.#isReached(step))
    await this.#below(steps, 0, walk)
    await walk.end()
  }

  async #below(steps: readonly Placed[], depth: number, walk: PartWalk): Promise<void> {
    for (const [heading, group] of groups(steps, depth)) {
      if (heading === undefined) {
        for (const { step, index } of group) await walk.walk(step, index)
        continue
      }
      const before = this.#wrong().length
      const part = async () => {
        await this.#below(group, depth + 1, walk)
        if (this.#wrong().length > before) throw new SomethingWrong()
      }
      await this.#context.step(heading, part).catch((thrown: unknown) => {
        if (!(thrown instanceof SomethingWrong)) throw thrown
      })
    }
  }

  #wrong(): WalkedStep[] {
    return this.#walked.filter(({ verdict }) => isWrong(verdict))
  }

  #counts(): WalkedCounts {
    const count = (...verdicts: string[]) =>
      this.#walked.filter(({ verdict }) => verdicts.includes(verdict)).length
    const notRun = count('not-run')
    return {
      found: found(this.#plan),
      run: this.#walked.length - notRun,
      confirmed: count('as-shown'),
      differing: this.#wrong().length,
      notRun,
      cannotJudge: count('cannot-judge'),
    }
  }

  #result(): Walked {
    const wrong = this.#wrong()
    const counts = this.#counts()
    if (wrong.length > 0) throw notAsShown(this.#file, wrong, counts)
    const doubted = this.#walked.find(({ verdict }) => verdict === 'cannot-judge')
    if (doubted === undefined) return { counts }
    return {
      counts,
      doubt: `line ${doubted.line}: ${doubted.reason ?? 'it cannot be judged here'}`,
    }
  }
}

const found = ({ parts }: WalkPlan) =>
  new Set(parts.flatMap(({ steps }) => steps.map(({ number }) => number))).size

function notAsShown(
  file: string,
  wrong: readonly WalkedStep[],
  { found }: WalkedCounts,
): ExpectationError {
  const [first] = wrong
  const lines = wrong.slice(0, 5).map(({ line, command, verdict }) => {
    return `line ${line}: ${verdict}: ${command.split('\n', 1)[0]}`
  })
  const more = wrong.length > lines.length ? [`and ${wrong.length - lines.length} more`] : []
  const be = wrong.length === 1 ? 'is' : 'are'
  return new ExpectationError(
    `${wrong.length} of ${found} commands ${be} not as the document shows`,
    {
      code: 'TNET_WALK_DIFFERS',
      hint: `--until ${first?.number ?? 1} --shell walks up to the first and lets you look around`,
      facts: { wrong: [...lines, ...more].join('\n') },
      at: `${file}:${first?.line ?? 1}`,
    },
  )
}

/**
 * Walks a document: types its commands on simulated machines, and says of each whether what the
 * document shows is what happens.
 *
 * @throws ExpectationError TNET_WALK_DIFFERS
 */
export async function walk(document: WalkDocument, context: WalkContext): Promise<Walked> {
  // While the machine that most documents need starts, what they say is read.
  const hasListing = document.blocks.some(({ type }) => type === 'listing')
  const spares = hasListing ? new SpareMachines(context.lab, 1) : undefined
  const plan = planWalk(document, typedIn(document))
  whoListens().listener.planned(plan, found(plan), document.remarks)
  return new Walk(document.file, plan, context).run(spares)
}
