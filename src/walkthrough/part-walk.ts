import { setTimeout } from 'node:timers/promises'
import { nowMs, scaled } from '../clock.ts'
import type { Lab } from '../lab/lab.ts'
import { asksServers, mayBeIPv6, onlyLooks, sendsPackets } from './host/looking.ts'
import { MOST_OUTPUT_BYTES, type Machine } from './host/machine.ts'
import { interrupt, kill, processes, processesBelow } from './host/processes.ts'
import { giveUpAsking, ready } from './host/ready.ts'
import { quoted } from './host/session.ts'
import { hasFailed, judge, type Judgement, type Ran } from './judge.ts'
import { Machines } from './machines.ts'
import type { PartPlan, PlannedStep } from './plan/walk-plan.ts'
import { forgottenUps } from './repair.ts'
import { Running } from './running.ts'
import { WRAP } from './typed/typed.ts'
import { isWrong, type WalkedStep } from './verdict.ts'
import { whyFailed } from './why-failed.ts'
import type { Waits } from './waits.ts'
import type { WalkListener, WalkSettings } from './walk-listener.ts'

const COMMAND_MS = 30_000
const SHELL_MS = 5000
const ENDED_MS = 2000
/** What only looks is asked again for so long, until it is as shown. */
const LOOKED_MS = 2000
const AGAIN_MS = 50
/** What is refused is asked for again so long, where a server may be starting. */
const EARLY_MS = 2000
/** Of a machine itself. */
const SHELLS = 2
/** More than that at once is no walkthrough. */
const MOST_PROCESSES = 150
const GROWING_MS = 20
const STABLE_LOOKS = 5

interface Surroundings {
  lab: Lab
  listener: WalkListener
  settings: WalkSettings
  waits: Waits
}

/** Walks one part of a document on machines of its own. */
export class PartWalk {
  readonly #around: Surroundings
  readonly #part: PartPlan
  readonly #machines: Machines
  readonly #running: Running[] = []
  #doubt: string | undefined

  private constructor(around: Surroundings, part: PartPlan, machines: Machines) {
    this.#around = around
    this.#part = part
    this.#machines = machines
  }

  static async start(around: Surroundings, part: PartPlan, setup?: string): Promise<PartWalk> {
    return new PartWalk(around, part, await Machines.start(around.lab, part, setup))
  }

  #tell(step: PlannedStep, ran: Partial<Ran>, judged: Judgement & Partial<WalkedStep>): void {
    if (step.isRepeat === true) return
    const { command, number, host, namespace, remarks } = step
    const all = [...command.mistakes.map(({ text }) => text), ...remarks, ...(judged.remarks ?? [])]
    if (judged.verdict === 'cannot-judge' && this.#doubt === undefined) {
      this.#doubt = `after line ${command.line}, which cannot be judged here`
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
    return { isStrict, ...(this.#doubt === undefined ? {} : { doubt: this.#doubt }) }
  }

  /** Runs a step, and stops what is to be stopped after it. */
  async walk(step: PlannedStep, index: number): Promise<void> {
    const { until = Infinity } = this.#around.settings
    if (step.number > until) {
      this.#tell(step, {}, { verdict: 'not-run', reason: `it comes after --until ${until}` })
    } else if (step.kind === 'not-run') {
      this.#tell(step, {}, { verdict: 'not-run', reason: step.reason ?? 'it cannot be run here' })
    } else {
      await this.#run(step)
      await this.#machines.look()
      await this.#around.listener.grown(step.command.lastLine)
    }
    await this.#stop(running => running.step.endsAfter === index)
  }

  /** Stops all that still runs. */
  async end(): Promise<void> {
    await this.#stop(() => true)
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

  async #run(step: PlannedStep): Promise<void> {
    const machine = this.#machines.get(step.host)
    const { text } = step.command
    if (step.kind === 'shell' || step.kind === 'exit') {
      const typed = await machine.session.enter(step.kind === 'exit' ? 'exit' : text, SHELL_MS)
      const verdict = typed.exitCode === 0 ? 'ran' : 'failed'
      const { durationMs } = typed
      this.#tell(step, typed, { verdict: step.kind === 'exit' ? 'ran' : verdict, durationMs })
      return
    }
    const { namespace } = step
    const typed =
      namespace === undefined ? text : `ip netns exec ${quoted(namespace)} bash -c ${quoted(text)}`
    const { lab, waits } = this.#around
    if (sendsPackets(text)) await waits.during(() => ready(lab, mayBeIPv6(text)))
    if (step.kind === 'until-stopped') {
      this.#running.push(await Running.start(step, machine, typed))
      return
    }
    await this.#command(step, machine, typed)
  }

  async #command(step: PlannedStep, machine: Machine, text: string): Promise<void> {
    const beganMs = nowMs()
    const circumstances = this.#circumstances()
    let ran = await this.#type(machine, text)
    let judged = judge(step, ran, circumstances)
    const lookedMs = onlyLooks(step.command.text) ? LOOKED_MS : 0
    while (judged.verdict === 'differs' && nowMs() - beganMs < lookedMs) {
      await this.#around.waits.during(() => setTimeout(AGAIN_MS))
      ran = await this.#type(machine, text)
      judged = judge(step, ran, circumstances)
    }
    while (this.#mayBeEarly(machine, judged, step.command.text) && nowMs() - beganMs < EARLY_MS) {
      await this.#around.waits.during(() => setTimeout(AGAIN_MS))
      ran = await this.#type(machine, text)
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
  #mayBeEarly({ pid }: Machine, { verdict }: Judgement, text: string): boolean {
    if (!isWrong(verdict) || !asksServers(text)) return false
    return processesBelow(pid).length > SHELLS
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
    for (const name of forgotten) await this.#type(machine, `ip link set ${quoted(name)} up`)
    return forgotten.map(
      name =>
        `the document shows ${name} up, and nothing before it brings it up: walked on as if "ip link set ${name} up" stood here`,
    )
  }

  /** Types a command, and ends what does not end in time, or gets out of hand. */
  async #type(machine: Machine, text: string): Promise<Ran> {
    const before = new Set(processes())
    const fresh = () => processes().filter(pid => !before.has(pid))
    const output = machine.newOutput()
    const options = { timeoutMs: scaled(this.#around.settings.commandMs ?? COMMAND_MS) }
    const { exitCode } = await machine.session.type(text, output, options)
    if (exitCode === undefined) {
      interrupt(fresh())
      await machine.session.enter(':', ENDED_MS)
      kill(fresh())
      await machine.session.enter(':', ENDED_MS)
    }
    if (await getsOutOfHand(fresh)) {
      for (let round = 0; fresh().length > 0 && round < 50; round++) kill(fresh())
      return {
        exitCode: undefined,
        wasStopped: false,
        output: `it started more than ${MOST_PROCESSES} processes, and was ended`,
      }
    }
    const isFlood = machine.sizeOf(output) > MOST_OUTPUT_BYTES
    const printed = machine.read(output)
    machine.forget(output)
    return {
      exitCode: isFlood ? undefined : exitCode,
      wasStopped: false,
      output: printed,
    }
  }
}

/** Whether what a command left behind goes on to multiply. */
async function getsOutOfHand(left: () => readonly number[]): Promise<boolean> {
  let most = 1
  for (let looks = 0; looks < STABLE_LOOKS; looks++) {
    const now = left().length
    if (now > MOST_PROCESSES) return true
    if (now <= 1) return false
    if (now > most) looks = 0
    most = Math.max(most, now)
    await setTimeout(GROWING_MS)
  }
  return false
}
