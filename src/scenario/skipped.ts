/** Thrown by `skip(reason)`: no failure, and the end of the scenario. */
export class Skipped extends Error {
  readonly reason: string

  constructor(reason: string) {
    super(`skipped: ${reason}`)
    this.name = 'Skipped'
    this.reason = reason
  }
}
