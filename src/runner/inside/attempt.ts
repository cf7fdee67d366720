import { nowMs, scaled } from '../../clock.ts'
import { endOtherProcesses, runningBesides } from '../../kernel/orphans.ts'
import { onFailure } from '../../expect/result.ts'
import { Lab } from '../../lab/lab.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { Skipped } from '../../scenario/skipped.ts'
import { Story } from '../../scenario/story.ts'
import type { Phase } from '../events.ts'
import { runStopped } from '../run-stopped.ts'
import { scenarioKey } from '../selection.ts'
import { shownPath } from '../shown-path.ts'
import { isWalkthrough } from '../walkthrough-file.ts'
import { onWalk } from '../../walkthrough/walk-listener.ts'
import type { RunTask } from '../worker-task.ts'
import { closeInTime } from './close-in-time.ts'
import { endOf, isFailure, verdictOf, type Ending } from './ending.ts'
import { reportError } from './error-report.ts'
import { described } from './file-scenarios.ts'
import { Interruption, type Uncaught } from './interruption.ts'
import { observe } from './observe.ts'
import type { OutputDrain } from './output-drain.ts'
import { Pauses } from './pauses.ts'
import { formerFile } from './positions.ts'
import { checkRequirements } from './requirements.ts'
import { seeded } from '../seeded.ts'
import { micros, Telling } from './telling.ts'
import { untilCut } from './until-cut.ts'
import { walkTelling } from './walk-telling.ts'
import type { Wire } from './wire.ts'

/** What one attempt needs of the sandbox that it runs in. */
export interface Surroundings {
  wire: Wire
  uncaught: Uncaught
  output: OutputDrain
}

/** One run of one scenario, from the inside: its lab, its deadline, its events. */
export class Attempt {
  readonly #scenario: Scenario
  readonly #task: RunTask
  readonly #around: Surroundings
  readonly #phases: Phase[] = []
  readonly #interruption = new Interruption()
  readonly #pauses: Pauses
  #isStopped = false
  /** What was to be looked at when the lab was. */
  #observed: 'passed' | 'failed' | undefined
  readonly #start = nowMs()
  #phaseStart = this.#start
  #story: Story | undefined
  /** The line of a walk that was typed last. */
  #typed: string | undefined
  readonly #telling: Telling

  constructor(scenario: Scenario, task: RunTask, around: Surroundings) {
    this.#scenario = scenario
    this.#task = task
    this.#around = around
    this.#telling = new Telling(around.wire, task.settings.beganMs)
    this.#pauses = new Pauses(scenario, task, {
      wire: around.wire,
      standStill: wait =>
        this.#interruption.without(() => this.#story?.steps.without(wait) ?? wait()),
      note: text => this.#telling.note(text),
    })
  }

  /** Counts the time since the last call as this phase's. */
  #over(phase: Phase['phase']): void {
    const now = nowMs() - this.#pauses.pausedMs
    const durationMs = micros(now - this.#phaseStart)
    const before = this.#phases.find(one => one.phase === phase)
    if (before === undefined) this.#phases.push({ phase, durationMs })
    else before.durationMs = micros(before.durationMs + durationMs)
    this.#phaseStart = now
  }

  /**
   * @param loadMs what it took to load the file, which the first scenario of a file pays
   * @returns whether it has failed for good
   */
  async run(loadMs: number): Promise<boolean> {
    const { settings, attempt, repeat } = this.#task
    const { options } = this.#scenario
    const usualMs = isWalkthrough(this.#task.file) ? settings.walkTimeoutMs : settings.timeoutMs
    const { timeoutMs = usualMs, retries = settings.retries } = options
    const { name, line, tags } = described(this.#scenario, this.#task.file)
    this.#telling.line({
      type: 'scenario-start',
      atMs: micros(this.#telling.now() - loadMs),
      name,
      tags,
      attempt,
      repeat,
      timeoutMs: scaled(timeoutMs),
      retries,
      ...(line === undefined ? {} : { line }),
    })
    if (loadMs > 0) this.#phases.push({ phase: 'load', durationMs: micros(loadMs) })
    const lab = this.#lab()
    const failure = verdictOf(this.#scenario, await this.#tellStory(lab, timeoutMs))
    await this.#pauseOnFailure(lab, failure)
    this.#over('script')
    this.#telling.line({ type: 'closing' })
    const { status } = await this.#close(lab, failure)
    // Nothing more is to begin here: whoever asked it to stop ends the process now.
    if (this.#isStopped) await new Promise(() => {})
    return status === 'failed' && attempt > retries
  }

  #lab(): Lab {
    const { wanted, canPause } = this.#task.settings
    const telling = this.#telling
    const onAction = (shell: string) => {
      this.#pauses.act(shell)
      if (wanted.actions) telling.eventHere({ type: 'action', shell })
    }
    const lab: Lab = new Lab({
      onNote: text => telling.note(text),
      onPause: () => this.#pauses.here(lab),
      ...(wanted.actions || canPause ? { onAction } : {}),
      ...(wanted.commands
        ? { onCommand: record => telling.eventHere({ type: 'command', ...record }) }
        : {}),
    })
    return lab
  }

  /** Once, and when nobody pauses any more for another reason. */
  async #pauseOnFailure(lab: Lab, failure: Ending): Promise<void> {
    if (this.#task.settings.pausesOnFailure && failure !== undefined && this.#isFailed(failure)) {
      await this.#pauses.onFailure(lab, reportError(failure.thrown))
    }
    await this.#pauses.over()
  }

  async #tellStory(lab: Lab, timeoutMs: number): Promise<Ending> {
    const { settings, file, repeat } = this.#task
    const { name, mode, options } = this.#scenario
    const key = `${scenarioKey(shownPath(file), name)}\n${repeat}`
    const random = seeded(settings.seed, key)
    const { random: original } = Math
    const interruption = this.#interruption
    try {
      if (mode === 'skip') throw new Skipped(options.reason ?? 'scenario.skip, without a reason')
      checkRequirements(this.#scenario, settings.isStrict)
      Math.random = random
      const story = new Story(this.#scenario, lab, this.#telling.listener, { ...settings, random })
      this.#story = story
      this.#around.uncaught.watch(interruption)
      this.#around.wire.onWord = word => {
        if (word.type === 'interrupt') this.#stop(word.signal)
        if (word.type === 'resume') this.#pauses.goOn()
      }
      interruption.limit(timeoutMs, () => this.#whereTimeWent())
      // What `await using` ends when it is thrown can be looked at as well.
      onFailure(thrown => this.#pauseOnFailure(lab, { thrown }))
      const telling = {
        stopped: interruption.promise,
        // What fixtures made can be looked at as well.
        beforeTakeDown: async (ending: Ending) => {
          const failure = verdictOf(this.#scenario, ending)
          await this.#pauseOnFailure(lab, failure)
          await interruption.without(() => this.#observe(lab, failure))
        },
      }
      onWalk(this.#walking(lab))
      await interruption.own(() => story.tell(telling))
      await Promise.race([this.#around.uncaught.heardRejections(), interruption.promise])
      return undefined
    } catch (thrown) {
      return { thrown }
    } finally {
      Math.random = original
      interruption.cancel()
      onFailure(undefined)
      onWalk()
    }
  }

  #walking(lab: Lab): Parameters<typeof onWalk>[0] {
    const { wanted, isStrict, walk, stepTimeoutMs: commandMs } = this.#task.settings
    const telling = walkTelling(lab, this.#telling, wanted)
    const typed = (line: number, text: string) => {
      const [first = ''] = text.split('\n')
      this.#typed = `line ${line}: ${first}${first === text ? '' : ' …'}`
    }
    return {
      listener: untilCut(this.#interruption.promise, { ...telling, typed }),
      settings: {
        isStrict,
        ...walk,
        ...(commandMs === undefined ? {} : { commandMs }),
      },
    }
  }

  /** Where the story is, and what took its time. */
  #whereTimeWent(): Record<string, string> {
    const load = this.#phases.find(({ phase }) => phase === 'load')?.durationMs ?? 0
    const parts = (this.#story?.steps.spent() ?? []).filter(part => !part.startsWith('0.0 s'))
    const spent = [
      ...parts.slice(0, 5),
      ...(load >= 100 ? [`${(load / 1000).toFixed(1)} s to load the file`] : []),
    ]
    return {
      ...this.#story?.steps.whereabouts(),
      ...(this.#typed === undefined ? {} : { typed: this.#typed }),
      ...(spent.length === 0 ? {} : { spent: spent.join('\n') }),
    }
  }

  #stop(signal: string): void {
    this.#isStopped = true
    const reason = runStopped(signal)
    this.#interruption.raise(reason)
    this.#pauses.stop(reason)
  }

  /** It says something about what was tried: it is not skipped, stopped, or meant to fail. */
  #isFailed(ending: Ending): ending is { thrown: unknown } {
    return !this.#isStopped && isFailure(this.#scenario, ending)
  }

  /** Once; again when only what was taken down then has failed. */
  async #observe(lab: Lab, ending: Ending): Promise<void> {
    const failure = this.#isFailed(ending) ? ending : undefined
    if (this.#observed === 'failed' || (this.#observed === 'passed' && !failure)) return
    this.#over('script')
    const { wanted } = this.#task.settings
    const isFirst = this.#observed === undefined
    const still = isFirst ? wanted : { ...wanted, topology: false }
    await observe(lab, { wanted: still, failure, telling: this.#telling })
    this.#observed = failure === undefined ? 'passed' : 'failed'
    this.#over('observe')
  }

  async #close(lab: Lab, ending: Ending): Promise<ReturnType<typeof endOf>> {
    let failure = ending
    const note = (thrown: unknown) => (failure ??= { thrown })
    await this.#observe(lab, failure)
    for (const { node, command, output } of lab.programs) {
      this.#telling.event({ type: 'program-output', node: node.label, command, text: output })
    }
    this.#tellProcesses(lab)
    await closeInTime(lab).catch(note)
    await endOtherProcesses()
    this.#around.uncaught.watch()
    this.#tellStrays()
    this.#over('close')
    await this.#around.output.drained()
    return this.#end(failure)
  }

  /** Programs of the lab end with it; whatever else runs was left behind. */
  #tellProcesses(lab: Lab): void {
    // A document's machines run until its lab is closed.
    if (isWalkthrough(this.#task.file)) return
    const running = runningBesides(lab.programs.map(({ pid }) => pid))
    if (running.length === 0) return
    const shown = running.slice(0, 5).map(command => command.slice(0, 200))
    const more = running.length - shown.length
    const list = `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
    this.#telling.note(`still running when the script was over, and ended: ${list}`)
  }

  /** What earlier files threw while this one ran. */
  #tellStrays(): void {
    for (const stray of this.#around.uncaught.strays()) {
      const { name, message, stack = '' } = reportError(stray)
      const file = formerFile(stack)
      const by = file === undefined ? 'an earlier scenario' : shownPath(file)
      this.#telling.note(`thrown late by ${by}: ${name}: ${message}`)
    }
  }

  #end(failure: Ending): ReturnType<typeof endOf> {
    this.#telling.over()
    const end = endOf(this.#scenario, failure)
    this.#telling.line({
      type: 'scenario-end',
      atMs: this.#telling.now(),
      name: this.#scenario.name,
      durationMs: micros(this.#phases.reduce((sum, { durationMs }) => sum + durationMs, 0)),
      phases: this.#phases,
      ...end,
    })
    return end
  }
}
