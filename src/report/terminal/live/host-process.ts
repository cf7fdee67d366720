/** What a live display needs of a process: `process` itself, or a test's stand-in. */
export interface HostProcess {
  readonly pid: number
  on(event: 'exit', listener: () => void): unknown
  on(event: 'SIGTSTP' | 'SIGCONT', listener: () => void): unknown
  off(event: 'exit', listener: () => void): unknown
  off(event: 'SIGTSTP' | 'SIGCONT', listener: () => void): unknown
  kill(pid: number, signal: 'SIGSTOP'): unknown
}

export interface Departure {
  /** The process ends now, whyever: what is not written at once never is. */
  exit: () => void
  /** Somebody typed Ctrl-Z: the shell has the terminal until `resume`. */
  suspend: () => void
  resume: () => void
}

/** @returns what stops watching */
export function watchDeparture(
  host: HostProcess,
  { exit, suspend, resume }: Departure,
): () => void {
  const stop = () => {
    suspend()
    // The signal that cannot be caught: SIGTSTP itself would only come here again.
    host.kill(host.pid, 'SIGSTOP')
  }
  host.on('exit', exit)
  host.on('SIGTSTP', stop)
  host.on('SIGCONT', resume)
  return () => {
    host.off('exit', exit)
    host.off('SIGTSTP', stop)
    host.off('SIGCONT', resume)
  }
}
