import { setTimeout } from 'node:timers/promises'
import { nowMs, scaled } from '../clock.ts'
import type { Lab } from '../lab/lab.ts'
import { Doubts } from './doubts.ts'
import { asksServers, isBrief, mayBeIPv6, onlyLooks, sendsPackets } from './host/looking.ts'
import type { Machine } from './host/machine.ts'
import { giveUpAsking, ready } from './host/ready.ts'
import { NewRoots } from './host/new-roots.ts'
import { quoted, type Session } from './host/session.ts'
import { untilUnshared } from './host/unshared.ts'
import { hasFailed, judge, type Judgement, type Ran } from './judge.ts'
import { Machines } from './machines.ts'
import { kept } from './kept.ts'
import type { PartPlan, PlannedStep } from './plan/walk-plan.ts'
import { openedShell } from './opened-shell.ts'
import { OwnNamespaces } from './own-namespaces.ts'
import { Pids } from './pids.ts'
import { asIfUp, forgottenUps } from './repair.ts'
import { Running } from './running.ts'
import { SpareMachines } from './spare-machines.ts'
import { saysFirst, startedJobs } from './typed/started-jobs.ts'
import { Typist, type Line } from './typist.ts'
import { isWrong } from './verdict.ts'
import { whyFailed } from './why-failed.ts'
import type { Waits } from './waits.ts'
import type { WalkListener, WalkSettings } from './walk-listener.ts'
import { walkedStep, type Told } from './walked-step.ts'

const COMMAND_MS = 30_000
const SHELL_MS = 5000
/** What only looks is asked again for so long, until it is as shown. */
const LOOKED_MS = 2000
const AGAIN_MS = 50
/** What is refused is asked for again so long, where a server may be starting. */
const EARLY_MS = 2000

interface Surroundings {
  lab: Lab
  listener: WalkListener
  settings: WalkSettings
  waits: Waits
}

/** What a part begins with. */
interface Beginning {
  spares?: SpareMachines | undefined
  /** Shell commands for every machine. */
  setup?: string | undefined
}

/** Walks one part of a document on machines of its own. */
export class PartWalk {
  readonly #around: Surroundings
  readonly #part: PartPlan
  readonly #machines: Machines
  readonly #running: Running[] = []
  readonly #typist: Typist
  readonly #pids = new Map<Machine, Pids>()
  readonly #namespaces = new Map<Machine, OwnNamespaces>()
  readonly #roots = new Map<Session, NewRoots>()
  readonly #doubts = new Doubts()

  private constructor(around: Surroundings, part: PartPlan, machines: Machines) {
    this.#around = around
    this.#part = part
    this.#machines = machines
    this.#typist = new Typist(scaled(around.settings.commandMs ?? COMMAND_MS))
  }

  static async start(
    around: Surroundings,
    part: PartPlan,
    { spares = new SpareMachines(around.lab), setup }: Beginning = {},
  ): Promise<PartWalk> {
    return new PartWalk(around, part, await Machines.start(part, spares, setup))
  }

  #tell(step: PlannedStep, ran: Partial<Ran>, told: Told): void {
    if (step.isRepeat === true) return
    this.#doubts.learn(step, told.verdict)
    const { pids } = this.#pidsOf(step.host).here(step.command.text)
    this.#around.listener.walked(walkedStep(step, ran, told, pids))
  }

  #pidsOf(host: string): Pids {
    return kept(this.#pids, this.#machines.get(host), () => new Pids())
  }

  /** Which processes of ours the jobs are that a shell says it started, for when they are come back to. */
  async #learn({ host, command }: PlannedStep, line: Line): Promise<void> {
    const pids = this.#pidsOf(host)
    const jobs = startedJobs(command)
    if (jobs.length === 0) return
    const text = jobs.length === 1 ? 'echo $!' : 'jobs -p'
    const { output } = await this.#typist.type({ ...line, text, isHeard: false })
    const started = output.trim().split('\n').slice(-jobs.length)
    if (started.length < jobs.length) return
    for (const [i, job] of jobs.entries()) pids.add([job, started[i] ?? job])
    await untilUnshared(command.text, line.machine, started)
  }

  #judge(step: PlannedStep, ran: Ran): Judgement {
    const pids = this.#pidsOf(step.host)
    pids.learn(step.command, ran.output)
    const output = pids.asShown(ran.output)
    const judged = judge(step, { ...ran, output }, this.#circumstances(step))
    if (judged.verdict !== 'as-shown') return judged
    const differences = this.#namespacesOf(step.host).differences(step.command.shown ?? [], output)
    if (differences.length === 0) return judged
    const reason = this.#doubts.of(step)
    if (reason === undefined) return { ...judged, verdict: 'differs', differences }
    return { ...judged, verdict: 'cannot-judge', differences, reason }
  }

  #namespacesOf(host: string): OwnNamespaces {
    const machine = this.#machines.get(host)
    return kept(this.#namespaces, machine, () => new OwnNamespaces(machine.namespaces()))
  }

  #circumstances(step: PlannedStep) {
    const { isStrict } = this.#around.settings
    const { steps, outside, hosts } = this.#part
    const namespaces = new Set(hosts.flatMap(host => host.namespaces))
    const doubt = this.#doubts.of(step)
    return { isStrict, steps, outside, namespaces, ...(doubt === undefined ? {} : { doubt }) }
  }

  /** Runs a step, and stops what is to be stopped after it. */
  async walk(step: PlannedStep, index: number): Promise<void> {
    if (step.kind === 'not-run') {
      this.#tell(step, {}, { verdict: 'not-run', reason: step.reason ?? 'it cannot be run here' })
    } else {
      this.#around.listener.typed?.(step.command.line, step.command.text)
      await this.#run(step, this.#part.steps[index + 1])
      // What was typed ahead changes things meanwhile.
      if (!this.#typist.isAhead) {
        const untilGone = await this.#machines.look()
        if (untilGone !== undefined) await this.#around.waits.during(untilGone)
        if (!onlyLooks(step.command.text))
          await this.#around.listener.grown?.(step.command.lastLine)
      }
    }
    await this.#stop(running => running.step.endsAfter === index)
  }

  /** Stops all that still runs. */
  async end(): Promise<void> {
    await this.#stop(() => true)
    await this.#machines.serving
  }

  async #stop(isToStop: (running: Running) => boolean): Promise<void> {
    for (const running of this.#running.filter(isToStop)) {
      this.#running.splice(this.#running.indexOf(running), 1)
      await this.#around.waits.during(() => running.untilShown())
      const ran = await running.stop()
      const { durationMs } = running
      const judged = await this.#withWhy(running.step, ran, this.#judge(running.step, ran))
      this.#tell(running.step, ran, { ...judged, durationMs })
    }
  }

  /** What a step types. */
  async #line(step: PlannedStep): Promise<Line> {
    const { host, terminal, namespace, command } = step
    const { shown = [] } = command
    const { text } = this.#pidsOf(host).here(command.text)
    const machine = this.#machines.get(host)
    const session = await machine.terminal(terminal)
    const typed =
      namespace === undefined ? text : `ip netns exec ${quoted(namespace)} bash -c ${quoted(text)}`
    const isPatient = shown.some(line => /Host Unreachable|unreachable: Address/i.test(line))
    const isHeard = saysFirst(command)
    return { machine, session, text: typed, isBrief: isBrief(text), isPatient, isHeard }
  }

  /**
   * What may be typed before a step is over: where nothing that the step does changes what comes next,
   * and nobody looks in between.
   */
  async #ahead(step: PlannedStep, line: Line, next?: PlannedStep): Promise<Line | undefined> {
    const { listener, settings } = this.#around
    if (next?.kind !== 'command' || next.number > (settings.until ?? Infinity)) return undefined
    if (listener.grown !== undefined || this.#running.length > 0) return undefined
    if (!line.isBrief || step.command.shown !== undefined) return undefined
    const ahead = await this.#line(next)
    return ahead.isBrief && ahead.session === line.session ? ahead : undefined
  }

  async #run(step: PlannedStep, next: PlannedStep | undefined): Promise<void> {
    const line = await this.#line(step)
    const { text } = line
    if (step.kind === 'shell' || step.kind === 'exit') return this.#turn(step, line)
    if (/\bpivot_root\b/.test(text)) await this.#rootsOf(line).before(text, this.#asking(line))
    if (!line.isBrief) await this.#machines.serving
    if (sendsPackets(text)) await this.#around.waits.during(() => this.#ready(text))
    if (step.kind === 'until-stopped') {
      const running = await Running.start(step, line)
      const [job] = startedJobs(step.command)
      if (job !== undefined) this.#pidsOf(step.host).add([job, `${running.pid ?? job}`])
      this.#running.push(running)
      return
    }
    await this.#command(step, line, await this.#ahead(step, line, next))
  }

  async #ready(text: string): Promise<void> {
    const unnamed = this.#machines.unnamed()
    try {
      await ready(this.#around.lab, mayBeIPv6(text), unnamed)
    } finally {
      for (const netns of unnamed) netns.close()
    }
  }

  /** Opens a shell, or leaves one. */
  async #turn(step: PlannedStep, line: Line): Promise<void> {
    const isExit = step.kind === 'exit'
    const roots = this.#rootsOf(line)
    if (!isExit) await roots.open(line.text, this.#asking(line))
    const typed = await line.session.enter(isExit ? 'exit' : line.text, SHELL_MS)
    if (isExit) await roots.leave()
    const told = openedShell(isExit ? 0 : typed.exitCode, this.#doubts.of(step))
    this.#tell(step, typed, { ...told, durationMs: typed.durationMs })
  }

  #rootsOf({ session }: Line): NewRoots {
    return kept(this.#roots, session, () => new NewRoots(session))
  }

  /** Types lines of our own, and says what they print. */
  #asking(line: Line): (text: string) => Promise<string> {
    return async text => (await this.#typist.type({ ...line, text, isHeard: false })).output
  }

  async #command(step: PlannedStep, line: Line, ahead: Line | undefined): Promise<void> {
    const beganMs = nowMs()
    let ran = await this.#typist.type(line, ahead)
    const lookedAtMs = nowMs()
    let judged = this.#judge(step, ran)
    const lookedMs = onlyLooks(step.command.text) ? LOOKED_MS : 0
    while (judged.verdict === 'differs' && nowMs() - lookedAtMs < lookedMs) {
      await this.#around.waits.during(() => setTimeout(AGAIN_MS))
      ran = await this.#typist.type(line)
      judged = this.#judge(step, ran)
    }
    while (this.#mayBeEarly(judged, step.command.text) && nowMs() - beganMs < EARLY_MS) {
      await this.#around.waits.during(() => setTimeout(AGAIN_MS))
      ran = await this.#typist.type(line)
      judged = this.#judge(step, ran)
    }
    await this.#learn(step, line)
    const remarks = judged.verdict === 'differs' ? await this.#repair(step, line, ran) : []
    const told = await this.#withWhy(step, ran, judged)
    this.#tell(step, ran, { ...told, durationMs: nowMs() - beganMs, remarks })
  }

  async #withWhy(step: PlannedStep, ran: Ran, judged: Judgement): Promise<Judgement> {
    if (judged.reason !== undefined || !hasFailed(step.command.text, ran)) return judged
    const reason = this.#whoIsMeant(step, judged) ?? (await this.#why(step))
    await giveUpAsking(this.#around.lab)
    return reason === undefined ? judged : { ...judged, reason }
  }

  /** Somebody who types is slower than a server starts that was left running. */
  #mayBeEarly({ verdict }: Judgement, text: string): boolean {
    if (!isWrong(verdict) || !asksServers(text)) return false
    return this.#machines.all.some(({ isBusy }) => isBusy)
  }

  #whoIsMeant({ host, command }: PlannedStep, { verdict }: Judgement): string | undefined {
    const pid = isWrong(verdict) ? this.#pidsOf(host).stranger(command.text) : undefined
    if (pid === undefined) return undefined
    return `nobody here is process ${pid}: nothing that the document shows before tells which it is`
  }

  /** Not while something captures: looking sends a packet. It fails nothing. */
  async #why(step: PlannedStep): Promise<string | undefined> {
    if (this.#running.length > 0 || this.#machines.get(step.host).isBusy) return undefined
    const nodeOf = (host: string, namespace?: string) => this.#machines.node(host, namespace)
    return whyFailed(step, this.#part, nodeOf).catch(() => undefined)
  }

  /** Does what the document shows done and never does, so that the rest of it makes sense. */
  async #repair({ command }: PlannedStep, line: Line, { output }: Ran): Promise<string[]> {
    const { isStrict } = this.#around.settings
    const forgotten = isStrict ? [] : forgottenUps(command.shown ?? [], output)
    for (const name of forgotten) {
      const text = `ip link set ${quoted(name)} up`
      const brief = { isBrief: true, isPatient: false, isHeard: false }
      await this.#typist.type({ ...line, ...brief, text })
    }
    return forgotten.map(asIfUp)
  }
}
