import type { FrontMatter } from '../../document/front-matter.ts'
import { simpleCommands } from '../../compare/simple-command.ts'
import type { SimpleCommand } from '../../compare/comparison.ts'
import type { TypedCommand, TypedDocument } from '../../typed/typed.ts'
import { natureOfAll } from '../steps/nature.ts'
import { kindOf } from '../steps/step-kind.ts'
import type { KindOfStep } from '../steps/step-kind.ts'
import { ipWords } from './ip-words.ts'
import { machineName, machinesOf, sshTarget, textsAbove } from './machines.ts'
import type { Machines } from './machines.ts'
import type { PlacedCommand } from './placed-command.ts'
import { writtenOut } from './written-out.ts'

/** A shell, a session on another machine, or a container, that what follows is typed in. */
interface Frame {
  type: 'shell' | 'session' | 'container'
  opener: PlacedCommand
  host: string
  inside: string
  /** The prompt that stands before it, and whether another stood in it. */
  outerPrompt: string | undefined
  hasOtherPrompt: boolean
}

const NAMED_NAMESPACE = /\bnsenter\b.*?--net=\S*\/netns\/([^\s/]+)/
const CONTAINER_SHELL =
  /^\s*(?:sudo\s+)?(?:docker|podman|nerdctl|kubectl|crictl|lxc|minikube|vagrant)\s+(?:(?:exec|run|attach)\s.*(?:-\w*t\w*|--tty|attach)\b.*|ssh\b.*)$/

const STOPS_CAPTURE =
  /^\s*(?:sudo\s+)?(?:kill\s+(?:-\w+\s+)*(?:%\d*|\$!)|fg\b.*|(?:pkill|killall)\s+(?:-\w+\s+)*(?:tcpdump|tshark))\s*$/

/** The namespaces that a document makes or enters. */
function namespacesOf(simple: readonly (readonly SimpleCommand[])[]): Set<string> {
  const names = new Set<string>()
  for (const one of simple.flat()) {
    if (one.namespace !== undefined) names.add(one.namespace)
    const words = ipWords(one)
    if (words?.object === 'netns' && words.action === 'add') names.add(words.rest[0] ?? '')
  }
  return names
}

/** Goes down the document as a reader does, and remembers where they are. */
class Reader {
  readonly #machines: Machines
  readonly #frames: Frame[] = []
  readonly #exits: number[]
  #current: string | symbol
  /** Line of a capture in the background that the walk starts in its own way. */
  #foreground: number | undefined
  /** The headings above what said so. */
  #under: readonly string[] = []

  constructor(machines: Machines, kinds: readonly KindOfStep[]) {
    this.#machines = machines
    this.#current = machines.names[0] ?? 'host'
    let count = 0
    this.#exits = kinds
      .toReversed()
      .map(({ kind }) => (kind === 'exit' ? ++count : count))
      .toReversed()
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

  /** Leaves the frames that this command's prompt, or what it does, shows to be over. */
  #leaveBefore(command: TypedCommand, i: number, simple: readonly SimpleCommand[]) {
    let left: PlacedCommand | undefined
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const prompt = command.prompt?.text
      const isBack = frame.hasOtherPrompt && prompt === frame.outerPrompt && prompt !== undefined
      const isElsewhere =
        (this.#exits[i] ?? 0) < this.#frames.length && isOuter(frame, command, simple)
      if (!isBack && !isElsewhere) {
        if (prompt !== frame.outerPrompt) frame.hasOtherPrompt = true
        break
      }
      this.#frames.pop()
      if (frame.type === 'shell') left = frame.opener
    }
    return left
  }

  place(command: TypedCommand, i: number, how: KindOfStep & { simple: readonly SimpleCommand[] }) {
    const { simple, kind, reason, foreground } = how
    const leaves = this.#leaveBefore(command, i, simple)
    const frame = this.#frames.at(-1)
    const session = this.#frames.findLast(({ type }) => type === 'session')
    const place = session?.host ?? this.#machine(command)
    const [first = 'host', ...others] = typeof place === 'string' ? [place] : this.#machines.names
    const own = command.prompt?.namespace
    const inside = NAMED_NAMESPACE.exec(command.text)?.[1] ?? own ?? frame?.inside ?? ''
    const placed: PlacedCommand = {
      number: i + 1,
      command: foreground === undefined ? command : { ...command, text: foreground },
      simple,
      nature: natureOfAll(command.text, simple),
      kind,
      ...(reason === undefined ? {} : { reason }),
      host: first,
      alsoOn: others,
      ...(own === undefined || own === frame?.inside ? {} : { namespace: own }),
      inside,
      shell: frame?.inside ?? '',
      ...(leaves === undefined ? {} : { leaves }),
      remarks: others.length === 0 ? [] : [`typed on ${[first, ...others].join(', ')}`],
    }
    if (foreground !== undefined) this.#foreground = command.line
    return this.#turned(placed, frame)
  }

  /** The walk stops what it started; a document that shows how to do that need not. */
  #stopsCapture({ command }: PlacedCommand): string | undefined {
    const line = this.#foreground
    if (line === undefined || !STOPS_CAPTURE.test(command.text)) return undefined
    return `the walk itself stops what line ${line} starts`
  }

  /** What opening, leaving and being in a frame makes of a command. */
  #turned(placed: PlacedCommand, frame: Frame | undefined): PlacedCommand {
    const { command, kind, simple } = placed
    const open = (type: Frame['type'], host: string, inside: string) =>
      this.#frames.push({
        type,
        opener: placed,
        host,
        inside,
        outerPrompt: command.prompt?.text,
        hasOtherPrompt: false,
      })
    const stopped = this.#stopsCapture(placed)
    if (stopped !== undefined) return { ...placed, kind: 'not-run', reason: stopped }
    if (kind === 'exit') {
      this.#frames.pop()
      if (frame?.type === 'shell') return placed
      const reason =
        frame === undefined
          ? noShell(placed)
          : `it leaves what line ${frame.opener.command.line} enters`
      return { ...placed, kind: 'not-run', reason }
    }
    if (frame?.type === 'container') {
      const reason = `it is typed in the container of line ${frame.opener.command.line}`
      return { ...placed, kind: 'not-run', reason }
    }
    if (CONTAINER_SHELL.test(command.text)) open('container', placed.host, '')
    const target = sshTarget(command.text)
    if (target !== undefined) {
      const host = this.#machines.byPrompt(target) ?? machineName(target)
      open('session', host, '')
      return { ...placed, kind: 'not-run', reason: `what follows is typed on ${host} itself` }
    }
    if (simple.some(({ program }) => program === 'ssh' || program === 'scp')) {
      const reason = 'no machine of a walk runs sshd; say above the command on which one to type it'
      return { ...placed, kind: 'not-run', reason }
    }
    if (kind === 'shell') {
      const [one] = simple
      const isNew = /\bunshare\b.*(\s-\w*n|--net\b)/.test(command.text)
      const isOther =
        /\bnsenter\b/.test(command.text) && NAMED_NAMESPACE.exec(command.text) === null
      const anonymous = isNew || isOther ? `(line ${command.line})` : undefined
      open('shell', placed.host, one?.namespace ?? anonymous ?? placed.inside)
    }
    return placed
  }
}

const noShell = ({ namespace }: PlacedCommand) =>
  namespace === undefined
    ? 'no shell is open that it could leave'
    : `each command is run in ${namespace}, as its prompt says: there is no shell to leave`

/** Nobody types that inside: another shell's namespace, a container's, from out of one. */
function isOuter(frame: Frame, command: TypedCommand, simple: readonly SimpleCommand[]): boolean {
  if (frame.type === 'session') return false
  const isNewSection = command.headings.join('\n') !== frame.opener.command.headings.join('\n')
  if (frame.type === 'container') return isNewSection
  if (frame.inside === frame.opener.inside) return false
  return simple.some(one => one.namespace !== undefined || ipWords(one)?.object === 'netns')
}

/** A document's commands, each where it is typed. */
export function placeCommands(
  typed: TypedDocument,
  frontMatter: FrontMatter,
): { machines: Machines; placed: PlacedCommand[] } {
  const simple = writtenOut(typed.commands.map(({ text }) => text)).map(simpleCommands)
  const machines = machinesOf(typed, frontMatter, namespacesOf(simple))
  const kinds = typed.commands.map((command, i) => kindOf(command, simple[i] ?? []))
  const reader = new Reader(machines, kinds)
  const placed = typed.commands.map((command, i) =>
    reader.place(command, i, { ...(kinds[i] ?? { kind: 'command' }), simple: simple[i] ?? [] }),
  )
  return { machines, placed }
}
