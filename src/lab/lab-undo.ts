import { labIsOver } from '../kernel/namespace-handle.ts'
import { Undo } from '../undo.ts'

/** How all that is in a lab is ended; what begins when the lab is over is ended at once. */
export class LabUndo extends Undo {
  #isOver = false

  constructor() {
    super('the lab')
  }

  /** @throws UsageError TNET_LAB_CLOSED */
  override push(label: string, end: () => void | Promise<void>): () => void {
    if (!this.#isOver) return super.push(label, end)
    // Whoever began it hears that it is over, and nobody how its end went.
    void (async () => end())().catch(() => {})
    throw labIsOver()
  }

  /** Ends all that is in it now; the lab goes on. */
  empty(): Promise<void> {
    return super.run()
  }

  override run(): Promise<void> {
    this.#isOver = true
    return super.run()
  }
}
