import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { EnvironmentError } from '../../errors.ts'
import { randomId } from '../../kernel/random-id.ts'
import { Session } from './session.ts'

const OPENED_MS = 5000
/** Of the machine's, for what its commands print. */
const FOLDER = '/.tnet/out'
const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK, O_NOFOLLOW } = fs.constants

/** As the first terminal's: what is in the background hears Ctrl-C, and after `exit` there is a new one. */
const shellOn = (input: string, output: string) =>
  `set -m; (
  while :; do bash --norc --noprofile; printf '\\036ended\\036'; done
) <${input} >${output} 2>&1 & set +m`

/** A machine that another terminal is opened on. */
interface Opening {
  /** Its file system, from outside. */
  root: string
  /** Typed into by nobody but us. */
  control: Session
}

/** A document may have put something else there. */
function openPipe(file: string, flags: number): number {
  const fd = fs.openSync(file, flags | O_NONBLOCK | O_NOFOLLOW)
  if (fs.fstatSync(fd).isFIFO()) return fd
  fs.closeSync(fd)
  throw new Error(`${file} is no pipe`)
}

/** Another shell on a machine, with what it reads and prints, as a second window has. */
export class Terminal {
  readonly session: Session
  readonly #input: net.Socket
  readonly #output: net.Socket

  private constructor(input: number, output: number) {
    this.#input = new net.Socket({ fd: input, readable: false, writable: true })
    this.#output = new net.Socket({ fd: output, readable: true, writable: false })
    this.session = new Session(this.#input, this.#output)
  }

  /**
   * @throws EnvironmentError TNET_MACHINE_FAILED
   */
  static async open({ root, control }: Opening): Promise<Terminal> {
    const name = `${FOLDER}/${randomId(12)}`
    const [input, output] = [`${name}.in`, `${name}.out`]
    await control.enter(`mkfifo -m 600 ${input} ${output}`, OPENED_MS)
    const outside = { input: path.join(root, input), output: path.join(root, output) }
    const held: number[] = []
    try {
      // Until the shell has its ends, there is somebody at each.
      held.push(openPipe(outside.input, O_RDWR), openPipe(outside.output, O_RDWR))
      const ends = [openPipe(outside.input, O_WRONLY), openPipe(outside.output, O_RDONLY)] as const
      const terminal = new Terminal(...ends)
      await control.enter(shellOn(input, output), OPENED_MS)
      const { exitCode } = await terminal.session.enter(':', OPENED_MS)
      if (exitCode === 0) return terminal
      terminal.close()
      throw new Error('its shell does not answer')
    } catch (error) {
      throw notOpened(error instanceof Error ? error.message : String(error))
    } finally {
      for (const fd of held) fs.closeSync(fd)
      for (const file of Object.values(outside)) fs.rmSync(file, { force: true })
    }
  }

  close(): void {
    this.#input.destroy()
    this.#output.destroy()
  }
}

function notOpened(said: string): EnvironmentError {
  return new EnvironmentError('could not open another terminal on a simulated machine', {
    code: 'TNET_MACHINE_FAILED',
    hint: 'does the document end processes that it did not start, or remove /.tnet?',
    facts: { said },
  })
}
