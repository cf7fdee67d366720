import { readCapture } from '../compare/traffic/capture.ts'
import { kept } from '../kept.ts'
import { namesProcess } from '../pids.ts'
import { WRAP } from '../typed/typed.ts'
import type { PartPlan, PlannedStep } from '../plan/walk-plan.ts'
import { camelCase, Identifiers } from './code/identifiers.ts'
import { comment, prose, type Statement } from './code/statement.ts'
import type { NodeSymbol } from './code/symbols.ts'
import { captured, deviceOf } from './commands/capture.ts'
import { spawned, spawnedByShell } from './commands/programs.ts'
import { cut, groupsOf, proseAbove, type StepGroup } from './groups.ts'
import { simpleCommands } from '../compare/simple-command.ts'
import { isPlain, shownOnly, withoutSudo } from './raw.ts'
import { ShellMemory } from './pieces.ts'
import { StepScript, type Typed } from './step-script.ts'
import { World } from './world.ts'

const WIDEST_COMMENT = 90
const NAMED_NAMESPACE = /\bnsenter\b.*?--net=\S*\/netns\/([^\s/]+)/
/** They leave a shell where it is. */
const SAME_PLACE = /^(?:(?:ba|z|da|k|fi|a)?sh|su|sudo)$/

/** Where somebody is who types: a node, or a namespace that only the shell knows. */
interface Frame {
  node: NodeSymbol
  inside?: string
  /** What opened it, when nobody knows where it leads. */
  unknown?: string
}

/** A titled step of the script. */
export interface ScriptStep {
  title: string
  statements: Statement[]
}

/** Of a machine's terminals each has a shell of its own. */
const terminalOf = ({ host, terminal = '' }: PlannedStep) => `${host} ${terminal}`
const isCapture = (step: PlannedStep) =>
  step.kind === 'until-stopped' && /\btcpdump\b/.test(step.command.text)
const shownOf = ({ command }: PlannedStep) =>
  (command.shown ?? []).map(line => line.replaceAll(WRAP, ' '))

/** Puts a part of a document into the words of the lab, step by step. */
export class PartScript {
  readonly world: World
  readonly #part: PartPlan
  readonly #frames = new Map<string, Frame[]>()
  readonly #memories = new Map<string, ShellMemory>()
  readonly #script: StepScript
  readonly #open: { until: number; shown: readonly string[] }[] = []
  /** What is said when a program that runs is stopped, by the step after which it is. */
  readonly #endings = new Map<number, Statement[]>()

  constructor(part: PartPlan) {
    this.#part = part
    this.world = new World(part)
    this.#script = new StepScript(this.world)
  }

  steps(): ScriptStep[] {
    return groupsOf(this.#part.steps, isCapture).map(group => this.#group(group))
  }

  #group({ title, steps }: StepGroup): ScriptStep {
    const statements: Statement[] = []
    const captures = new Identifiers(this.world.names)
    const last = steps.at(-1)?.index ?? 0
    let told = title
    for (const { step, index } of steps) {
      const words = step.isRepeat === true ? undefined : proseAbove(step)
      const own = this.#step(step, index, { captures, last })
      const isTold =
        words === undefined || words === told || words.startsWith(title.replace(/…$/, ''))
      if (!isTold && own.length > 0) statements.push(prose(cut(words, WIDEST_COMMENT)))
      told = words ?? told
      statements.push(...own, ...(this.#endings.get(index) ?? []))
    }
    return { title, statements }
  }

  #frame(step: PlannedStep): Frame {
    const host = this.world.hosts.get(step.host) ?? [...this.world.hosts.values()][0]
    if (host === undefined) throw new Error('a part of a plan has no machine')
    if (step.namespace !== undefined) return this.#inside(host, step.namespace)
    return this.#frames.get(terminalOf(step))?.at(-1) ?? { node: host }
  }

  #inside(host: NodeSymbol, namespace: string): Frame {
    const node = this.world.find(host, namespace)
    return node === undefined ? { node: host, inside: namespace } : { node }
  }

  #step(
    step: PlannedStep,
    index: number,
    { captures, last }: { captures: Identifiers; last: number },
  ): Statement[] {
    const { kind, reason, command } = step
    if (kind === 'not-run')
      return [
        comment(
          `line ${command.line}, not run: ${command.text} (${reason ?? 'it cannot be run here'})`,
        ),
      ]
    if (kind === 'shell') return this.#enter(step)
    if (kind === 'exit') {
      this.#frames.get(terminalOf(step))?.pop()
      return []
    }
    if (namesProcess(command.text))
      return [
        comment(
          `line ${command.line}, not translated, as processes have other numbers here: ${command.text}`,
        ),
      ]
    const typed = this.#typed(this.#expected(step, index))
    if (typed === undefined)
      return [
        comment(
          `line ${command.line}, not translated, as nobody knows where it is typed: ${command.text}`,
        ),
      ]
    if (kind !== 'until-stopped') return this.#script.command(typed)
    const end = step.endsAfter ?? last
    return this.#running(typed, { captures, end: Math.min(Math.max(end, index), last) })
  }

  /** What is run again for a capture does what the capture shows. */
  #expected(step: PlannedStep, index: number): PlannedStep {
    if (step.isRepeat !== true || step.expects !== 'any') return step
    const kinds = this.#open
      .filter(({ until }) => until >= index)
      .flatMap(({ shown }) => readCapture(shown).packets.map(({ kind }) => kind))
    if (kinds.length === 0) return step
    const isAnswered = kinds.some(
      kind => !/request|who-has|TCP \[S\]/.test(kind) && !kind.startsWith('ARP'),
    )
    return { ...step, expects: isAnswered ? 'success' : 'failure' }
  }

  #typed(step: PlannedStep): Typed | undefined {
    const frame = this.#frame(step)
    if (frame.unknown !== undefined) return undefined
    const memory = kept(this.#memories, terminalOf(step), () => new ShellMemory())
    const { node, inside } = frame
    const host = node.host ?? node
    return {
      step,
      // It is compared the first time.
      shown: step.isRepeat === true ? [] : shownOf(step),
      memory,
      node,
      ...(inside === undefined ? {} : { inside }),
      find: namespace => this.world.find(host, namespace),
    }
  }

  #enter(step: PlannedStep): Statement[] {
    const { command } = step
    const frames = kept(this.#frames, terminalOf(step), () => [])
    const here = this.#frame(step)
    const [first] = simpleCommands(command.text)
    const namespace = first?.namespace ?? NAMED_NAMESPACE.exec(command.text)?.[1]
    const host = here.node.host ?? here.node
    if (namespace !== undefined) frames.push(this.#inside(host, namespace))
    else if (
      first !== undefined &&
      SAME_PLACE.test(first.program) &&
      !/\b(?:unshare|nsenter|chroot)\b/.test(command.text)
    ) {
      frames.push(here)
    } else {
      frames.push({ ...here, unknown: command.text })
      return [comment(`line ${command.line}, not translated: ${command.text}`)]
    }
    return []
  }

  /** What runs until it is stopped: captured by the lab, or started and left to it. */
  #running(typed: Typed, { captures, end }: { captures: Identifiers; end: number }): Statement[] {
    const { step, shown, node, find, inside } = typed
    const text = typed.memory.expanded(withoutSudo(step.command.text))
    const [simple] = simpleCommands(text)
    const isOne = isPlain(text) && simple !== undefined && inside === undefined
    const place = simple?.namespace === undefined ? node : find(simple.namespace)
    if (!isOne || place === undefined) {
      return [
        spawnedByShell(inside === undefined ? text : `ip netns exec ${inside} ${text}`, node),
        ...shownOnly(shown),
      ]
    }
    const later = (statements: Statement[]) => {
      this.#endings.set(end, [...(this.#endings.get(end) ?? []), ...statements])
    }
    if (simple.program === 'tcpdump') {
      const device = deviceOf(simple) ?? 'all links'
      if (readCapture(shown).packets.length === 0) {
        return [
          comment(
            `line ${step.command.line} captures on ${device}, and nothing is shown of it: ${text}`,
          ),
        ]
      }
      const variable = captures.name(camelCase(`on ${device}`))
      const capture = captured(simple, place, { variable, shown })
      const told = `line ${step.command.line} captures on ${device}: ${text}`
      // Nobody would look at what it caught.
      if (capture.expectations.every(({ type }) => type === 'comment')) {
        return [comment(told), ...capture.expectations]
      }
      this.#open.push({ until: end, shown })
      later(capture.expectations)
      return [capture.start]
    }
    const expectation = this.#script.reach(simple, place, typed)
    if (expectation !== undefined) {
      later(expectation)
      return []
    }
    return [spawned(simple, place), ...shownOnly(shown)]
  }
}
