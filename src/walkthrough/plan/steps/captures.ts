import { addressesIn } from '../machines/addresses.ts'
import type { OwnAddresses } from '../machines/own-addresses.ts'
import type { TypedCommand } from '../../typed/typed.ts'
import { scopeOf } from '../typing/placed-command.ts'
import type { OrderedStep } from './ordered-step.ts'
import { repeated } from './ordered-step.ts'

/** `listening on br01, …` alone is no packet. */
const PACKET = / > .*:|\bARP, |\bwho-has\b|^\s*\d+\s+\d+\.\d+\s/
/** A reader is told to start it, and to do something else meanwhile. */
// prettier-ignore
const MEANWHILE = /\b(?:first,? start|start (?:the |a )?(?:capture|tcpdump|capturing|sniff)|(?:another|second|other|new|different|one) (?:terminal|window|shell|tab|session)|terminal \d|meanwhile|at the same time|in parallel|while)\b|(?:另|新|第[一二])[^,，。]{0,6}(?:终端|窗口|控制台)|终端\s*[\d一二]|同时|启动抓包|开始抓包|(?:anderen|zweiten|neuen|einem) (?:Terminal|Fenster)|autre terminal|otr[ao] terminal|別の(?:端末|ターミナル)|другом (?:терминале|окне)/iu

const isCapture = ({ kind, placed }: OrderedStep) =>
  kind === 'until-stopped' && placed.nature === 'capture'
const sends = ({ kind, placed }: OrderedStep) =>
  placed.nature === 'traffic' && (kind === 'command' || kind === 'until-stopped')
/** What may stand between a capture and its packets without changing them. */
const isNeutral = (step: OrderedStep) =>
  step.kind === 'not-run' ||
  step.kind === 'shell' ||
  step.kind === 'exit' ||
  step.placed.nature === 'looking' ||
  isCapture(step)

const showsPackets = ({ command }: OrderedStep) =>
  (command.shown ?? []).some(text => PACKET.test(text))

/** The addresses in what a capture asks for and shows; tcpdump writes ports behind one more dot. */
function seenBy({ command }: OrderedStep): string[] {
  const words = [command.text, ...(command.shown ?? [])].join('\n')
  return addressesIn(words.replace(/(\d+(?:\.\d+){3})\.\w+(?=[ :,])/g, '$1'))
}

const targetsOf = ({ placed }: OrderedStep) =>
  placed.simple.flatMap(({ args }) => args.flatMap(addressesIn))

export interface CaptureClues {
  own: OwnAddresses
  /** Where the last line stands that the document shows of a command. */
  lastShownLine: (command: TypedCommand) => number
}

/** Puts captures where they see what the document shows of them, and says when each is stopped. */
class Captures {
  readonly steps: OrderedStep[]
  readonly #clues: CaptureClues

  constructor(steps: readonly OrderedStep[], clues: CaptureClues) {
    this.steps = [...steps]
    this.#clues = clues
  }

  /** The namespace of the shell that a command finds in its terminal where another stands. */
  #shellBeside(step: OrderedStep, other: OrderedStep): string {
    const { terminal } = step.placed
    if (other.placed.terminal === terminal) return other.placed.shell
    const isNext = (one: OrderedStep) =>
      one.placed.terminal === terminal && one.host === step.host && one.isRepeat === undefined
    const next = this.steps.slice(this.steps.indexOf(other)).find(isNext) ?? step
    return next.placed.shell
  }

  /** What a command needs to be typed where another stands; undefined: it cannot be. */
  #movedTo(step: OrderedStep, other: OrderedStep): { namespace?: string } | undefined {
    const { inside, simple } = step.placed
    const isExplicit = simple.every(({ namespace }) => namespace !== undefined)
    if (inside === this.#shellBeside(step, other) || isExplicit) return {}
    return inside === '' || inside.startsWith('(') ? undefined : { namespace: inside }
  }

  /** Whether a capture could see what a command sends, as far as addresses of either end tell. */
  #concerns(capture: OrderedStep, traffic: OrderedStep): boolean {
    const targets = targetsOf(traffic)
    const seen = seenBy(capture)
    if (targets.length === 0 || seen.length === 0) return true
    return targets.some(address => seen.includes(address)) || this.#isSender(traffic, seen)
  }

  /** Of DNAT's packets a capture may show the sender alone as it is typed. */
  #isSender({ placed, host }: OrderedStep, seen: readonly string[]): boolean {
    return placed.simple.some(one => {
      const scope = scopeOf(placed, one)
      return scope !== '' && seen.some(address => this.#clues.own.isAt(address, `${host}/${scope}`))
    })
  }

  /** The last command that sends something in the same listing, or before its packets are shown. */
  #behind(capture: OrderedStep): OrderedStep | undefined {
    const { listing } = capture.command
    const shownLine = this.#clues.lastShownLine(capture.command)
    const behind = this.steps.slice(this.steps.indexOf(capture) + 1).filter(step => {
      const { command } = step
      return sends(step) && (command.listing === listing || command.line < shownLine)
    })
    return behind.findLast(step => this.#concerns(capture, step)) ?? behind.at(-1)
  }

  /** The next one that sends something, before anything is changed. */
  #next(capture: OrderedStep): OrderedStep | undefined {
    const behind = this.steps.slice(this.steps.indexOf(capture) + 1)
    const found = behind.find(step => !isNeutral(step))
    const isNear = found !== undefined && sends(found) && this.#concerns(capture, found)
    return isNear ? found : undefined
  }

  /** The last one that sent something, with nothing changed since. */
  #before(capture: OrderedStep): OrderedStep | undefined {
    const before = this.steps.slice(0, this.steps.indexOf(capture))
    const found = before.findLast(step => !isNeutral(step))
    const isNear = found !== undefined && sends(found) && this.#concerns(capture, found)
    return isNear && this.#movedTo(capture, found) !== undefined ? found : undefined
  }

  /** Starts a capture before the packets that it shows are sent. */
  #startBefore(capture: OrderedStep, traffic: OrderedStep) {
    const moved = this.#movedTo(capture, traffic)
    let first = this.steps.indexOf(traffic)
    const { listing } = traffic.command
    for (;;) {
      const before = this.steps[first - 1]
      const isSame = before !== undefined && sends(before) && before.command.listing === listing
      if (!isSame || !this.#showsOf(capture, before)) break
      first--
    }
    this.steps.splice(this.steps.indexOf(capture), 1)
    this.steps.splice(first, 0, capture)
    Object.assign(capture, moved)
    capture.last = traffic
    const { line } = this.steps[first + 1]?.command ?? traffic.command
    capture.remarks.push(
      traffic.isRepeat
        ? `line ${line} was run again: the packets are of that`
        : `started before line ${line}, whose packets it ${showsPackets(capture) ? 'shows' : 'may see'}`,
    )
  }

  #showsOf(capture: OrderedStep, traffic: OrderedStep): boolean {
    const seen = seenBy(capture)
    return targetsOf(traffic).some(address => seen.includes(address))
  }

  /** Something was changed since the document sent anything: it is sent again. */
  #sendAgain(capture: OrderedStep): boolean {
    const at = this.steps.indexOf(capture)
    const found = this.steps
      .slice(0, at)
      .findLast(step => sends(step) && step.isRepeat === undefined && this.#concerns(capture, step))
    const place = found && this.#movedTo(found, capture)
    if (found === undefined || place === undefined) return false
    const again: OrderedStep = { ...repeated(found), ...place }
    delete again.last
    this.steps.splice(at + 1, 0, again)
    const remark = `line ${found.command.line} was run again: the packets are of that`
    capture.last = again
    capture.remarks.push(remark)
    again.remarks.push(remark)
    return true
  }

  /** What is typed meanwhile: the next listing's last command that sends something. */
  #meanwhile(capture: OrderedStep): OrderedStep | undefined {
    const { before, headings } = capture.command
    const words = [...before.slice(-2), headings.at(-1) ?? '']
    if (!words.some(text => MEANWHILE.test(text))) return undefined
    const behind = this.steps.slice(this.steps.indexOf(capture) + 1).filter(one => !isCapture(one))
    const listing = behind[0]?.command.listing
    return behind.findLast(
      step => step.command.listing === listing && sends(step) && this.#concerns(capture, step),
    )
  }

  place(capture: OrderedStep): void {
    const behind = this.#behind(capture) ?? this.#meanwhile(capture)
    if (behind !== undefined) {
      capture.last = behind
      return
    }
    const next = this.#next(capture)
    const before = this.#before(capture)
    const isNext = before === undefined || !showsPackets(capture)
    if (next !== undefined && isNext) capture.last = next
    else if (before !== undefined) this.#startBefore(capture, before)
    else if (!this.#sendAgain(capture)) capture.remarks.push('nothing is sent while it runs')
  }
}

/** The steps of a part with captures in their places. */
export function withCaptures(steps: readonly OrderedStep[], clues: CaptureClues): OrderedStep[] {
  const captures = new Captures(steps, clues)
  for (const step of steps.filter(isCapture)) captures.place(step)
  return captures.steps
}
