import { signalCode } from '../runner/exit-code.ts'

let isOutlasted = false
let lost: number | undefined

/** What a command that ends with `code` ends with: a bad verdict says more than a reader who has gone. */
export const endingWith = (code: number): number => (code === 0 ? (lost ?? 0) : code)

/** Where standard output is lost, as behind `… | head`, nothing but that is: the rest is written first. */
export function outlastOutput(isNeeded: boolean): void {
  isOutlasted = isNeeded
}

/** Where nothing else is written it ends as a program does that SIGPIPE ends. */
export function heedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The terminal was closed: SIGHUP says what is to be done about it.
    if (error.code === 'EIO') return
    if (lost === undefined && error.code !== 'EPIPE') {
      process.stderr.write(`tnet-lab could not write its output: ${error.message}\n`)
    }
    lost ??= error.code === 'EPIPE' ? signalCode('SIGPIPE') : 4
    const isOver = process.exitCode !== undefined
    if (isOver || !isOutlasted) process.exit(endingWith(Number(process.exitCode ?? 0)))
  })
}
