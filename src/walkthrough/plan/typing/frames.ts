import type { SimpleCommand } from '../../compare/comparison.ts'
import type { TypedCommand } from '../../typed/typed.ts'
import { ipWords } from './ip-words.ts'
import type { PlacedCommand } from './placed-command.ts'

/** A shell, a session on another machine, or a container, that what follows is typed in. */
export interface Frame {
  type: 'shell' | 'session' | 'container'
  opener: PlacedCommand
  host: string
  /** Of those that the reader has before them. */
  terminal: string
  inside: string
  /** The prompt that stands before it, and whether another stood in it. */
  outerPrompt: string | undefined
  hasOtherPrompt: boolean
}

/** A command that is about to be typed. */
interface Typing {
  terminal: string
  command: TypedCommand
  simple: readonly SimpleCommand[]
  /** The machine that its prompt names. */
  host: string | undefined
  /** How often `exit` is still to come. */
  exits: number
}

/** Nobody types that inside: another shell's namespace, a container's, from out of one. */
function isOuter(frame: Frame, { command, simple }: Typing): boolean {
  if (frame.type === 'session') return false
  const isNewSection = command.headings.join('\n') !== frame.opener.command.headings.join('\n')
  if (frame.type === 'container') return isNewSection
  if (frame.inside === frame.opener.inside) return false
  return simple.some(one => {
    const words = ipWords(one)
    // Which one it is, a shell in one asks.
    const isOfNames = words?.object === 'netns' && !words.action.startsWith('id')
    return one.namespace !== undefined || isOfNames
  })
}

/** What a reader has opened, and not left yet. */
export class Frames {
  #open: Frame[] = []

  open(frame: Frame): void {
    this.#open.push(frame)
  }

  close(frame: Frame): void {
    this.#open = this.#open.filter(one => one !== frame)
  }

  /** The machine that a terminal is logged in to. */
  session(terminal: string): string | undefined {
    return this.#open.findLast(one => one.type === 'session' && one.terminal === terminal)?.host
  }

  /** The innermost that is typed in there. */
  at(host: string, terminal: string): Frame | undefined {
    return this.#open.findLast(
      one => one.terminal === terminal && (one.type === 'session' || one.host === host),
    )
  }

  isUsed(terminal: string): boolean {
    return this.#open.some(one => one.terminal === terminal)
  }

  /** Whether another terminal has a shell open on that machine. */
  isOpenBeside(host: string, terminal: string): boolean {
    return this.#open.some(
      one => one.type === 'shell' && one.host === host && one.terminal !== terminal,
    )
  }

  /** Leaves those that a command's prompt, or what it does, shows to be over: the shells, inner first. */
  leaveBefore(typing: Typing): PlacedCommand[] {
    const { command, terminal, host } = typing
    const left: PlacedCommand[] = []
    const isHere = (one: Frame) =>
      one.terminal === terminal &&
      (one.type === 'session' || host === undefined || host === one.host)
    const open = this.#open.filter(isHere)
    const prompt = command.prompt?.text
    const isBack = (one: Frame) =>
      one.hasOtherPrompt && prompt === one.outerPrompt && prompt !== undefined
    // The prompt of the outermost that it stands before again: all in that are over as well.
    const outermost = open.find(isBack)
    let isOver = outermost !== undefined
    for (let frame = open.pop(); frame !== undefined; frame = open.pop()) {
      const isElsewhere = typing.exits < open.length + 1 && isOuter(frame, typing)
      if (!isOver && !isElsewhere) {
        if (prompt !== frame.outerPrompt) frame.hasOtherPrompt = true
        break
      }
      if (frame === outermost) isOver = false
      this.close(frame)
      if (frame.type === 'shell') left.push(frame.opener)
    }
    return left
  }
}
