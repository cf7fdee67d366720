import type { NodeCapture } from '../lab/capture.ts'
import type { PacketFilter } from './capture/packet-filter.ts'
import type { SeeOptions } from './capture/to-see.ts'
import type { Mode } from './mode.ts'
import { settle } from './settle.ts'

/** What may be expected of a capture. */
export class CaptureExpectation {
  readonly #capture: NodeCapture
  readonly #mode: Mode

  constructor(capture: NodeCapture, mode: Mode) {
    this.#capture = capture
    this.#mode = mode
  }

  /** It stays otherwise for a whole (short) window. */
  get not(): CaptureExpectation {
    return new CaptureExpectation(this.#capture, { ...this.#mode, not: true })
  }

  /** It comes true before a deadline. */
  get eventually(): CaptureExpectation {
    return new CaptureExpectation(this.#capture, { ...this.#mode, eventually: true })
  }

  /**
   * Such a packet was captured since the capture began, or was cleared.
   *
   * @throws ExpectationError; EnvironmentError TNET_CAPTURE_LOST when the kernel could not keep all
   * @example
   * await expect(onUplink).toSee('IP 192.0.2.1 > 192.0.2.9: ICMP echo request')
   * await expect(onUplink).toSee({ icmp: 'echo request', source: alpha }, { count: 2 })
   * await expect(onUplink).not.toSee(/10\.0\.1\./)
   */
  toSee(filter: PacketFilter, options: SeeOptions = {}): Promise<void> {
    const name = `expect(${this.#capture}).toSee`
    return settle(name, this.#mode, async () =>
      (await import('./capture/to-see.ts')).toSee(this.#capture, filter, options),
    )
  }
}
