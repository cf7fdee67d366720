import fs from 'node:fs'
import { koffi } from './koffi.ts'

const libc = koffi.load('libc.so.6')
const getpgrp = libc.func('int getpgrp()') as () => number
const setpgid = libc.func('int setpgid(int, int)') as (pid: number, group: number) => number
const tcgetpgrp = libc.func('int tcgetpgrp(int)') as (fd: number) => number
const tcsetpgrp = libc.func('int tcsetpgrp(int, int)') as (fd: number, group: number) => number
const signal = libc.func('intptr_t signal(int, intptr_t)') as (
  number: number,
  handler: number,
) => number

/** asm-generic/signal.h */
const SIGTTOU = 22
const SIG_IGN = 1

/** Makes this process the leader of a process group: what it starts is in it. */
export function leadProcessGroup(): void {
  setpgid(0, 0)
}

/** The terminal that controls this process, and which process group has its keyboard. */
export class ControllingTerminal {
  readonly #fd: number

  private constructor(fd: number) {
    this.#fd = fd
    // Who takes the terminal from the background is stopped, unless it ignores this.
    signal(SIGTTOU, SIG_IGN)
  }

  /** @returns nothing where no terminal controls this process */
  static open(): ControllingTerminal | undefined {
    try {
      return new ControllingTerminal(fs.openSync('/dev/tty', fs.constants.O_RDWR))
    } catch {
      return undefined
    }
  }

  /** A group that is outside of this PID namespace has no number here, and cannot be given back. */
  get isOurs(): boolean {
    const group = getpgrp()
    return group > 0 && tcgetpgrp(this.#fd) === group
  }

  /** Ctrl-C and what is typed are for this process group from now on. */
  take(): void {
    tcsetpgrp(this.#fd, getpgrp())
  }
}
