import { Lab } from '../../../src/lab/lab.ts'
import { PartWalk } from '../../../src/walkthrough/part-walk.ts'
import type { PartPlan, PlannedStep } from '../../../src/walkthrough/plan/walk-plan.ts'
import type { WalkedStep } from '../../../src/walkthrough/verdict.ts'
import { Waits } from '../../../src/walkthrough/waits.ts'
import type { WalkSettings } from '../../../src/walkthrough/walk-listener.ts'

export interface Line extends Partial<Omit<PlannedStep, 'command'>> {
  text: string
  shown?: string[]
}

/** A part of a document that was read and planned already: a command a line. */
export function partOf(lines: readonly Line[], more: Partial<PartPlan> = {}): PartPlan {
  return {
    line: 1,
    hosts: [
      {
        name: 'host',
        device: 'eth0',
        prefix: '192.0.2.1/24',
        forward: 'ACCEPT',
        namespaces: [],
        sysctls: {},
      },
    ],
    gateway: '192.0.2.254',
    outside: [
      { address: '198.51.100.53', names: [], http: '' },
      { address: '198.51.100.7', names: ['example.com'], http: 'hello\n' },
    ],
    steps: lines.map(({ text, shown, ...step }, i) => ({
      number: i + 1,
      command: {
        line: i + 1,
        lastLine: i + 1,
        text,
        ...(shown === undefined ? {} : { shown, shownLine: i + 1 }),
        headings: [],
        before: [],
        after: [],
        listing: 1,
        mistakes: [],
      },
      host: 'host',
      kind: 'command',
      expects: 'success',
      remarks: [],
      ...step,
    })),
    ...more,
  }
}

/** Walks it, and says what became of each command. */
export async function walked(
  part: PartPlan,
  settings: WalkSettings = { isStrict: false },
): Promise<WalkedStep[]> {
  const steps: WalkedStep[] = []
  await using lab = new Lab()
  const listener = {
    planned: () => {},
    walked: (step: WalkedStep) => void steps.push(step),
    over: () => {},
  }
  const walk = await PartWalk.start({ lab, listener, settings, waits: new Waits() }, part)
  for (const [index, step] of part.steps.entries()) {
    if (step.number <= (settings.until ?? Infinity)) await walk.walk(step, index)
  }
  await walk.end()
  return steps
}

/** `ran`, or `failed: why`. */
export const verdicts = (steps: readonly WalkedStep[]): string[] =>
  steps.map(({ verdict, reason }) => (reason === undefined ? verdict : `${verdict}: ${reason}`))
