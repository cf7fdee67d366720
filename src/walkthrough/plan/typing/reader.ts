import { startedJobs } from '../../typed/started-jobs.ts'
import type { TypedCommand } from '../../typed/typed.ts'
import { natureOfAll } from '../steps/nature.ts'
import type { KindOfStep } from '../steps/step-kind.ts'
import { opensContainer } from './container-shell.ts'
import { Frames } from './frames.ts'
import type { Frame } from './frames.ts'
import { machineName, sshTarget, textsAbove } from './machines.ts'
import type { Machines } from './machines.ts'
import type { PlacedCommand } from './placed-command.ts'
import type { Written } from './reader-shell.ts'
import { FIRST_TERMINAL, terminalNamed, terminalOfPrompt } from './terminal-words.ts'

const NAMED_NAMESPACE = /\bnsenter\b.*?--net=\S*\/netns\/([^\s/]+)/
const STOPS_CAPTURE =
  /^\s*(?:sudo\s+)?(?:kill\s+(?:-\w+\s+)*(?:%\d*|\$!)|fg\b.*|(?:pkill|killall)\s+(?:-\w+\s+)*(?:tcpdump|tshark))\s*$/

/** The one that it is typed in is no more: one `exit` leaves both. */
const REPLACES_SHELL = /^\s*exec\s+(?:chroot\s+\S+\s+)?\S*?(?:ba|z|da|a|k)?sh(?:\s+-\S+)*\s*$/
const STOPS_PID = /^\s*(?:sudo\s+)?kill\s+(?:-\w+\s+|[A-Z]+\d*\s+)*(\d+)\s*$/

type How = KindOfStep & { written: Written }

const noShell = ({ namespace }: PlacedCommand) =>
  namespace === undefined
    ? 'no shell is open that it could leave'
    : `each command is run in ${namespace}, as its prompt says: there is no shell to leave`

/** Goes down the document as a reader does, and remembers where they are. */
export class Reader {
  readonly #machines: Machines
  readonly #frames = new Frames()
  readonly #exits: number[]
  readonly #hasTerminals: boolean
  #current: string | symbol
  #terminal = FIRST_TERMINAL
  #isSent = false
  /** Something was typed beside a shell that another terminal has open. */
  #wasBeside = false
  /** A capture in the background that the walk starts in its own way. */
  #foreground: TypedCommand | undefined
  /** The headings above what said so. */
  #under: readonly string[] = []
  #terminalUnder: readonly string[] = []

  /** @param hasTerminals several terminals have shells open at the same time */
  constructor(machines: Machines, kinds: readonly KindOfStep[], hasTerminals: boolean) {
    this.#machines = machines
    this.#hasTerminals = hasTerminals
    this.#current = machines.names[0] ?? 'host'
    let count = 0
    this.#exits = kinds
      .toReversed()
      .map(({ kind }) => (kind === 'exit' ? ++count : count))
      .toReversed()
  }

  get wasBeside(): boolean {
    return this.#wasBeside
  }

  /** By its prompt, by what stands above it, or where the reader is already. */
  #machine(command: TypedCommand): string | symbol {
    const byPrompt = this.#machines.byPrompt(command.prompt?.host)
    if (byPrompt !== undefined) return byPrompt
    if (this.#machines.names.length < 2) return this.#current
    for (const text of textsAbove(command).toReversed()) {
      const place = this.#machines.byText(text, false)
      if (place !== undefined) return this.#goTo(place, command)
    }
    if (command.headings.join('\n') !== this.#under.join('\n')) {
      for (const heading of command.headings.toReversed()) {
        const place = this.#machines.byText(heading, true)
        if (place !== undefined) return this.#goTo(place, command)
      }
      const isLeft = this.#under.some((heading, i) => command.headings[i] !== heading)
      if (isLeft) return this.#goTo(this.#machines.names[0] ?? 'host', command)
    }
    return this.#current
  }

  #goTo(place: string | symbol, { headings }: TypedCommand): string | symbol {
    this.#current = place
    this.#under = headings
    return place
  }

  /** The terminal that a text above it names, until the next, or until its section and its shells are over. */
  #terminalOf(command: TypedCommand): string {
    const isLeft = this.#terminalUnder.some((heading, i) => command.headings[i] !== heading)
    if (isLeft && !this.#frames.isUsed(this.#terminal)) {
      this.#terminal = FIRST_TERMINAL
      this.#terminalUnder = []
    }
    const byPrompt = terminalOfPrompt(command.prompt?.host)
    this.#isSent = byPrompt !== undefined
    if (byPrompt !== undefined) return (this.#terminal = byPrompt)
    const desk = { current: this.#terminal, isUsed: (one: string) => this.#frames.isUsed(one) }
    const heading = command.headings.at(-1)
    const texts = [
      ...(heading === undefined || this.#terminalUnder.includes(heading) ? [] : [heading]),
      ...textsAbove(command),
    ]
    for (const text of texts.toReversed()) {
      const terminal = terminalNamed(text, desk)
      if (terminal === undefined) continue
      this.#terminal = terminal
      this.#isSent = true
      this.#terminalUnder = command.headings
      break
    }
    return this.#terminal
  }

  place(command: TypedCommand, i: number, { written, kind, reason, foreground }: How) {
    const { simple } = written
    const terminal = this.#terminalOf(command)
    const named = this.#machines.byPrompt(command.prompt?.host)
    const exits = this.#exits[i] ?? 0
    const leaves = this.#frames.leaveBefore({ terminal, command, simple, host: named, exits })
    const place = this.#frames.session(terminal) ?? this.#machine(command)
    const [first = 'host', ...others] = typeof place === 'string' ? [place] : this.#machines.names
    const frame = this.#frames.at(first, terminal)
    this.#wasBeside ||= this.#frames.isOpenBeside(first, terminal)
    const shell = frame?.inside ?? ''
    const own = command.prompt?.namespace
    const inside = NAMED_NAMESPACE.exec(command.text)?.[1] ?? own ?? frame?.inside ?? ''
    const placed: PlacedCommand = {
      number: i + 1,
      command: foreground === undefined ? command : { ...command, text: foreground },
      simple,
      written: written.text,
      nature: natureOfAll(written.text, simple),
      kind,
      ...(reason === undefined ? {} : { reason }),
      host: first,
      alsoOn: others,
      ...(own === undefined || own === shell ? {} : { namespace: own }),
      inside,
      terminal: this.#hasTerminals ? terminal : FIRST_TERMINAL,
      window: terminal,
      isSentThere: this.#isSent,
      shell,
      leaves,
      remarks: others.length === 0 ? [] : [`typed on ${[first, ...others].join(', ')}`],
    }
    if (foreground !== undefined) this.#foreground = command
    return this.#turned(placed, terminal, frame)
  }

  /** The walk stops what it started; a document that shows how to do that need not. */
  #stopsCapture({ command }: PlacedCommand): string | undefined {
    const capture = this.#foreground
    if (capture === undefined) return undefined
    const pid = STOPS_PID.exec(command.text)?.[1] ?? ''
    if (!STOPS_CAPTURE.test(command.text) && !startedJobs(capture).includes(pid)) return undefined
    return `the walk itself stops what line ${capture.line} starts`
  }

  #exited(placed: PlacedCommand, frame: Frame | undefined): PlacedCommand {
    if (frame !== undefined) this.#frames.close(frame)
    if (frame?.type === 'shell') return placed
    const reason =
      frame === undefined
        ? noShell(placed)
        : `it leaves what line ${frame.opener.command.line} enters`
    return { ...placed, kind: 'not-run', reason }
  }

  #openShell(placed: PlacedCommand, open: Opening): void {
    const { command, simple, inside } = placed
    const isNew = /\bunshare\b.*(\s-\w*n|--net\b)/.test(command.text)
    const isOther = /\bnsenter\b/.test(command.text) && NAMED_NAMESPACE.exec(command.text) === null
    const anonymous = isNew || isOther ? `(line ${command.line})` : undefined
    open('shell', placed.host, simple[0]?.namespace ?? anonymous ?? inside)
  }

  /** What opening, leaving and being in a frame makes of a command. */
  #turned(placed: PlacedCommand, terminal: string, frame: Frame | undefined): PlacedCommand {
    const { command, kind, simple } = placed
    const open: Opening = (type, host, inside = '') =>
      this.#frames.open({
        type,
        opener: placed,
        host,
        terminal,
        inside,
        outerPrompt: command.prompt?.text,
        hasOtherPrompt: false,
      })
    const stopped = this.#stopsCapture(placed)
    if (stopped !== undefined) return { ...placed, kind: 'not-run', reason: stopped }
    if (kind === 'exit') {
      return this.#exited(placed, placed.namespace === undefined ? frame : undefined)
    }
    if (frame?.type === 'container') {
      const reason = `it is typed in the container of line ${frame.opener.command.line}`
      return { ...placed, kind: 'not-run', reason }
    }
    if (simple.some(opensContainer)) open('container', placed.host)
    const target = sshTarget(command.text)
    if (target !== undefined) {
      const host = this.#machines.byPrompt(target) ?? machineName(target)
      open('session', host)
      return { ...placed, kind: 'not-run', reason: `what follows is typed on ${host} itself` }
    }
    if (simple.some(({ program }) => program === 'ssh' || program === 'scp')) {
      const reason = 'no machine of a walk runs sshd; say above the command on which one to type it'
      return { ...placed, kind: 'not-run', reason }
    }
    if (kind === 'shell' && !REPLACES_SHELL.test(command.text)) this.#openShell(placed, open)
    return placed
  }
}

type Opening = (type: Frame['type'], host: string, inside?: string) => void
