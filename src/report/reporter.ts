import type { RunEvent } from '../runner/events.ts'

/** Makes something for people or machines to read out of the events of a run, and of nothing else. */
export interface Reporter {
  tell(event: RunEvent): void
  /** Waits until all of it is written; after it nothing is told. */
  close?(): Promise<void>
}

/** Where a reporter writes. */
export interface ReporterOutput {
  write(text: string): void
}
