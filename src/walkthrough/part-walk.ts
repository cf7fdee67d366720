import { setTimeout } from 'node:timers/promises'
import { nowMs, scaled } from '../clock.ts'
import type { Lab } from '../lab/lab.ts'
import { asksServers, isBrief, mayBeIPv6, onlyLooks, sendsPackets } from './host/looking.ts'
import type { Machine } from './host/machine.ts'
import { processesBelow } from './host/processes.ts'
import { giveUpAsking, ready } from './host/ready.ts'
import { quoted } from './host/session.ts'
import { hasFailed, judge, type Judgement, type Ran } from './judge.ts'
import { Machines } from './machines.ts'
import { changesNetworks } from './plan/steps/network-change.ts'
import type { PartPlan, PlannedStep } from './plan/walk-plan.ts'
import { forgottenUps } from './repair.ts'
import { Running } from './running.ts'
import { SpareMachines } from './spare-machines.ts'
import { WRAP } from './typed/typed.ts'
import { Typist, type Line } from './typist.ts'
import { isWrong, type WalkedStep } from './verdict.ts'
import { whyFailed } from './why-failed.ts'
import type { Waits } from './waits.ts'
import type { WalkListener, WalkSettings } from './walk-listener.ts'

const COMMAND_MS = 30_000
const SHELL_MS = 5000
/** What only looks is asked again for so long, until it is as shown. */
const LOOKED_MS = 2000
const AGAIN_MS = 50
/** What is refused is asked for again so long, where a server may be starting. */
const EARLY_MS = 2000
/** Of a machine itself. */
const SHELLS = 2

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
  #doubt: string | undefined

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

  #tell(step: PlannedStep, ran: Partial<Ran>, judged: Judgement & Partial<WalkedStep>): void {
    if (step.isRepeat === true) return
    const { command, number, host, namespace, remarks } = step
    const all = [...command.mistakes.map(({ text }) => text), ...remarks, ...(judged.remarks ?? [])]
    if (judged.verdict === 'cannot-judge') {
      this.#doubt ??= `after line ${command.line}, which cannot be judged here`
    } else if (judged.verdict === 'not-run' && changesNetworks(command.text)) {
      this.#doubt ??= `after line ${command.line}, which is not run here`
    }
    this.#around.listener.walked({
      durationMs: 0,
      ...judged,
      number,
      line: command.line,
      host,
      ...(namespace === undefined ? {} : { namespace }),
      command: command.text,
      ...(ran.exitCode === undefined || ran.wasStopped === true ? {} : { exitCode: ran.exitCode }),
      ...(command.shown === undefined
        ? {}
        : { shown: command.shown.join('\n').replaceAll(WRAP, '') }),
      ...(ran.output === undefined ? {} : { seen: ran.output }),
      ...(all.length === 0 ? {} : { remarks: all }),
    })
  }

  #circumstances() {
    const { isStrict } = this.#around.settings
    const { steps, outside } = this.#part
    return {
      isStrict,
      steps,
      outside,
      ...(this.#doubt === undefined ? {} : { doubt: this.#doubt }),
    }
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
        await this.#machines.look()
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
      const judged = judge(running.step, ran, this.#circumstances())
      this.#tell(running.step, ran, { ...judged, durationMs })
    }
  }

  /** What a step types. */
  #line({ host, namespace, command: { text, shown = [] } }: PlannedStep): Line {
    const typed =
      namespace === undefined ? text : `ip netns exec ${quoted(namespace)} bash -c ${quoted(text)}`
    const isPatient = shown.some(line => /Host Unreachable|unreachable: Address/i.test(line))
    return { machine: this.#machines.get(host), text: typed, isBrief: isBrief(text), isPatient }
  }

  /**
   * What may be typed before a step is over: where nothing that the step does changes what comes next,
   * and nobody looks in between.
   */
  #ahead(step: PlannedStep, line: Line, next: PlannedStep | undefined): Line | undefined {
    const { listener, settings } = this.#around
    if (next?.kind !== 'command' || next.number > (settings.until ?? Infinity)) return undefined
    if (listener.grown !== undefined || this.#running.length > 0) return undefined
    if (!line.isBrief || step.command.shown !== undefined || next.host !== step.host)
      return undefined
    const ahead = this.#line(next)
    return ahead.isBrief ? ahead : undefined
  }

  async #run(step: PlannedStep, next: PlannedStep | undefined): Promise<void> {
    const machine = this.#machines.get(step.host)
    const { text } = step.command
    if (step.kind === 'shell' || step.kind === 'exit') {
      const typed = await machine.session.enter(step.kind === 'exit' ? 'exit' : text, SHELL_MS)
      const verdict = typed.exitCode === 0 ? 'ran' : 'failed'
      const { durationMs } = typed
      this.#tell(step, typed, { verdict: step.kind === 'exit' ? 'ran' : verdict, durationMs })
      return
    }
    const line = this.#line(step)
    if (!line.isBrief) await this.#machines.serving
    const { lab, waits } = this.#around
    if (sendsPackets(text)) await waits.during(() => ready(lab, mayBeIPv6(text)))
    if (step.kind === 'until-stopped') {
      this.#running.push(await Running.start(step, machine, line.text))
      return
    }
    await this.#command(step, line, this.#ahead(step, line, next))
  }

  async #command(step: PlannedStep, line: Line, ahead: Line | undefined): Promise<void> {
    const { machine } = line
    const beganMs = nowMs()
    const circumstances = this.#circumstances()
    let ran = await this.#typist.type(line, ahead)
    const lookedAtMs = nowMs()
    let judged = judge(step, ran, circumstances)
    const lookedMs = onlyLooks(step.command.text) ? LOOKED_MS : 0
    while (judged.verdict === 'differs' && nowMs() - lookedAtMs < lookedMs) {
      await this.#around.waits.during(() => setTimeout(AGAIN_MS))
      ran = await this.#typist.type(line)
      judged = judge(step, ran, circumstances)
    }
    while (this.#mayBeEarly(judged, step.command.text) && nowMs() - beganMs < EARLY_MS) {
      await this.#around.waits.during(() => setTimeout(AGAIN_MS))
      ran = await this.#typist.type(line)
      judged = judge(step, ran, circumstances)
    }
    const remarks = judged.verdict === 'differs' ? await this.#repair(step, machine, ran) : []
    if (judged.reason === undefined && hasFailed(step.command.text, ran)) {
      const why = await this.#why(step, machine)
      if (why !== undefined) judged = { ...judged, reason: why }
      await giveUpAsking(this.#around.lab)
    }
    this.#tell(step, ran, { ...judged, durationMs: nowMs() - beganMs, remarks })
  }

  /** Somebody who types is slower than a server starts that was left running. */
  #mayBeEarly({ verdict }: Judgement, text: string): boolean {
    if (!isWrong(verdict) || !asksServers(text)) return false
    return this.#machines.all.some(({ pid }) => processesBelow(pid).length > SHELLS)
  }

  /** Not while something captures: looking sends a packet. It fails nothing. */
  async #why(step: PlannedStep, { pid }: Machine): Promise<string | undefined> {
    if (this.#running.length > 0 || processesBelow(pid).length > SHELLS) return undefined
    const nodeOf = (host: string, namespace?: string) => this.#machines.node(host, namespace)
    return whyFailed(step, this.#part, nodeOf).catch(() => undefined)
  }

  /** Does what the document shows done and never does, so that the rest of it makes sense. */
  async #repair({ command }: PlannedStep, machine: Machine, { output }: Ran): Promise<string[]> {
    const { isStrict } = this.#around.settings
    const forgotten = isStrict ? [] : forgottenUps(command.shown ?? [], output)
    for (const name of forgotten) {
      await this.#typist.type({
        machine,
        text: `ip link set ${quoted(name)} up`,
        isBrief: true,
        isPatient: false,
      })
    }
    return forgotten.map(
      name =>
        `the document shows ${name} up, and nothing before it brings it up: walked on as if "ip link set ${name} up" stood here`,
    )
  }
}
