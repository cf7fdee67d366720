import { setTimeout } from 'node:timers/promises'
import { MOST_OUTPUT_BYTES, type Machine } from './host/machine.ts'
import { interrupt, kill, processes } from './host/processes.ts'
import type { Session, Typed } from './host/session.ts'
import type { Ran } from './judge.ts'
import { poll } from '../poll.ts'

const ENDED_MS = 2000
/** What is in the background says something within that, or nothing. */
const HEARD_MS = 2000
/** More than that at once is no walkthrough. */
const MOST_PROCESSES = 150
const GROWING_MS = 20
const STABLE_LOOKS = 5

/** A line for a machine's shell. */
export interface Line {
  machine: Machine
  /** Of the terminal that it is typed in. */
  session: Session
  text: string
  /** It is over soon, and starts nothing that goes on. */
  isBrief: boolean
  /** The document shows that nobody was found, which takes a while. */
  isPatient: boolean
  /** It goes on in the background, and the document shows what that says first. */
  isHeard: boolean
}

interface Begun extends Line {
  output: string
  typed: Promise<Typed>
}

/** Types commands on machines, and ends what does not end in time, or gets out of hand. */
export class Typist {
  readonly #timeoutMs: number
  /** Processes that were there before. */
  #known = new Set<number>()
  #ahead: Begun | undefined

  /** @param timeoutMs milliseconds that a command has */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** Whether something was typed that nobody has asked for yet. */
  get isAhead(): boolean {
    return this.#ahead !== undefined
  }

  #begin(line: Line): Begun {
    const { machine, session, text, isPatient, isHeard } = line
    const output = machine.newOutput()
    const timeoutMs = this.#timeoutMs
    const typed = session.type(text, output, { timeoutMs, isPatient, isHeard })
    return { ...line, output, typed }
  }

  /** What is there now, and was not. */
  readonly #fresh = (): number[] => processes().filter(pid => !this.#known.has(pid))

  /**
   * Types a line, unless it was `next` the last time, and waits for what it does.
   *
   * @param next is typed before this one is over, as from a listing that somebody pastes: a shell that
   * waits for us is slower. Both are brief then, and `next` is what is typed next.
   */
  async type(line: Line, next?: Line): Promise<Ran> {
    if (this.#ahead === undefined) this.#known = new Set(processes())
    const begun = this.#ahead ?? this.#begin(line)
    this.#ahead = next === undefined ? undefined : this.#begin(next)
    return this.#end(begun)
  }

  /** Ends what does not end, by and by: Ctrl-C, what is harder, and the shell, if it is that itself. */
  async #stop({ machine, session }: Line): Promise<void> {
    const isStill = async () => (await session.enter(':', ENDED_MS)).exitCode === undefined
    interrupt(this.#fresh())
    if (!(await isStill())) return
    kill(this.#fresh())
    // There is a new one, as on a terminal that was closed.
    if (await isStill()) kill(machine.shells(session))
    await isStill()
  }

  async #end(begun: Begun): Promise<Ran> {
    const { machine, output, typed, isBrief, isHeard } = begun
    const { exitCode } = await typed
    const isHeardOf = () => (machine.read(output).includes('\n') ? true : undefined)
    if (isHeard) await poll(isHeardOf, { timeoutMs: HEARD_MS })
    if (exitCode === undefined) await this.#stop(begun)
    if (!isBrief && (await getsOutOfHand(this.#fresh))) {
      for (let round = 0; this.#fresh().length > 0 && round < 50; round++) kill(this.#fresh())
      return {
        exitCode: undefined,
        wasStopped: false,
        output: `it started more than ${MOST_PROCESSES} processes, and was ended`,
      }
    }
    const isFlood = machine.sizeOf(output) > MOST_OUTPUT_BYTES
    const printed = machine.read(output)
    machine.forget(output)
    return { exitCode: isFlood ? undefined : exitCode, wasStopped: false, output: printed }
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
