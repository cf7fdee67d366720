/** How one expectation went. */
export interface ExpectationResult {
  /** `web pings db` */
  title: string
  status: 'passed' | 'failed'
  durationMs: number
  attempts: number
}

let listener: (result: ExpectationResult) => void = () => {}

/** Who hears of expectations from now on: one scenario runs at a time. */
export function onExpectation(next: (result: ExpectationResult) => void): void {
  listener = next
}

export function tellResult(result: ExpectationResult): void {
  listener(result)
}
