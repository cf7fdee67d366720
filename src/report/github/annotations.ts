import { bounded } from '../bounded.ts'
import { clipped } from '../clipped.ts'
import { oneLine } from '../drawing/visible.ts'
import { scenarioLabel } from '../scenario-label.ts'
import { failureText } from '../terminal/failure-text.ts'
import type { Walked } from '../../runner/events.ts'
import type { Verdict } from '../verdicts.ts'
import { walkOf, wrongOf } from '../walk/walk.ts'
import { VERDICT_WORDS } from '../walk/words.ts'
import { firstLineOf, wrongDetails } from '../walk/wrong-text.ts'
import { codePlace, inWorkspace, type CodePlace } from './code-place.ts'
import { interruption, type Ending } from './interruption.ts'
import type { Annotation } from './workflow-command.ts'

/** GitHub shows so many of each level that come from one step. */
const MOST = 10
const LONGEST_MESSAGE = 2000
const MOST_KEPT = 100
const LONGEST_NAME = 200
const MOST_NAMES = 20

/** What several scenarios have in common, told once. */
interface Group extends CodePlace {
  rank: number
  names: string[]
  message: string
}

/** The code under test comes before what ended a scenario from outside, and that before the machine. */
function rankOf({ error }: Verdict['end']): number {
  if (error?.name === 'EnvironmentError') return 2
  return error?.at === undefined ? 1 : 0
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  const shown = names
    .slice(0, MOST_NAMES)
    .map(name => clipped(name, LONGEST_NAME))
    .join('\n')
  return more > 0 ? `${shown}\nand ${more} more` : shown
}

function add(groups: Map<string, Group>, key: readonly unknown[], group: Group): void {
  const known = groups.get(JSON.stringify(key))
  if (known === undefined) groups.set(JSON.stringify(key), group)
  else known.names.push(...group.names)
}

/** What a page of annotations can take, the most important first, and how much more there is. */
function limited(annotations: readonly Annotation[], what: string): Annotation[] {
  if (annotations.length <= MOST) return [...annotations]
  const shown = annotations.slice(0, MOST - 1)
  const others = annotations.slice(MOST - 1)
  const { level } = others[0]!
  const title = `${others.length} more ${what}`
  return [...shown, { level, title, message: listed(others.map(({ title }) => title)) }]
}

/** Gathers what GitHub shows beside the code. */
export class Annotations {
  readonly #workspace: string | undefined
  readonly #failed = new Map<string, Group>()
  readonly #flaky: Annotation[] = []
  readonly #skipped = new Map<string, string[]>()

  constructor(workspace: string | undefined) {
    this.#workspace = workspace
  }

  tell(verdict: Verdict): void {
    const { start, end } = verdict
    if (end.status === 'failed') this.#fail(verdict)
    else if (end.isFlaky) this.#warn(verdict)
    else if (end.status === 'skipped') {
      const reason = clipped(oneLine(end.reason ?? ''), LONGEST_NAME)
      const names = this.#skipped.get(reason) ?? []
      names.push(scenarioLabel(start))
      this.#skipped.set(reason, names)
    }
  }

  #fail(verdict: Verdict): void {
    const { start, end } = verdict
    const wrong = wrongOf(walkOf(verdict.events) ?? { commands: [] })
    for (const command of wrong) this.#differ(verdict, command)
    // Anything else that ended a walkthrough is told as well.
    if (wrong.length > 0 && end.error?.name === 'ExpectationError') return
    const { code, message, at } = end.error ?? {}
    add(this.#failed, [code, message, at ?? (code === undefined ? start.id : '')], {
      ...codePlace(start, end, this.#workspace),
      rank: rankOf(end),
      names: [scenarioLabel(start)],
      message: bounded(failureText(end), LONGEST_MESSAGE),
    })
  }

  /** Beside the document, where the command is. */
  #differ({ start }: Verdict, command: Walked): void {
    const file = inWorkspace(start.file, this.#workspace)
    const { line } = command
    const title = `${VERDICT_WORDS[command.verdict]}: ${firstLineOf(command)}`
    // Those that come later are named at most.
    const message = (this.#failed.size < MOST_KEPT && wrongDetails(command)) || title
    add(this.#failed, [start.file, line, title, message], {
      ...(file === undefined ? {} : { file }),
      line,
      rank: 0,
      names: [title],
      message: bounded(message, LONGEST_MESSAGE),
    })
  }

  #warn({ start, end, earlier }: Verdict): void {
    const failures = earlier.map(
      ({ error }, i) => `attempt ${i + 1}: ${error?.code ?? ''} ${error?.message ?? 'failed'}`,
    )
    this.#flaky.push({
      level: 'warning',
      title: `flaky: ${clipped(scenarioLabel(start), LONGEST_NAME)}`,
      message: bounded(
        `passed at attempt ${start.attempt}\n${failures.join('\n')}`,
        LONGEST_MESSAGE,
      ),
      ...codePlace(start, end, this.#workspace),
    })
  }

  #errors(): Annotation[] {
    const groups = [...this.#failed.values()].sort((one, other) => one.rank - other.rank)
    return groups.map(({ names, message, file, line }) => {
      const place = {
        ...(file === undefined ? {} : { file }),
        ...(line === undefined ? {} : { line }),
      }
      const different = [...new Set(names)]
      const name = clipped(different[0] ?? '', LONGEST_NAME)
      if (different.length > 1) {
        const title = `${different.length} scenarios: ${name}`
        return { level: 'error', title, message: `${message}\n\n${listed(different)}`, ...place }
      }
      // With --repeat, the same fails again.
      const title = names.length === 1 ? name : `${name}, ${names.length} times`
      return { level: 'error', title, message, ...place }
    })
  }

  #notices(): Annotation[] {
    return [...this.#skipped].map(([reason, names]) => ({
      level: 'notice',
      title: `${names.length} skipped: ${reason}`,
      message: listed(names),
    }))
  }

  all(ending: Ending): Annotation[] {
    const cut = interruption(ending)
    const title = 'tnet-lab'
    const stop = cut === undefined ? [] : [{ level: 'warning' as const, title, message: cut }]
    return [
      ...limited(this.#errors(), 'failures'),
      ...limited([...stop, ...this.#flaky], 'flaky scenarios'),
      ...limited(this.#notices(), 'reasons to skip'),
    ]
  }
}
