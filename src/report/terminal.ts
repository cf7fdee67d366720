import chalk from 'chalk'
import Table from 'cli-table3'
import { explain } from '../errors.ts'
import type {
  EventListener,
  Expectation,
  RunEnd,
  RunEvent,
  ScenarioEnd,
  StepEnd,
} from '../runner/events.ts'

interface Row {
  end: ScenarioEnd
  steps: number
  expectations: number
}

const time = (ms: number) => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`)
const indent = (text: string, by: number) => text.replace(/^/gm, ' '.repeat(by))
const mark = (passed: boolean) => (passed ? chalk.green('✓') : chalk.red('✗'))

const escaped = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`

/** What a terminal would take as its own is shown, not obeyed; lines and tabs stay. */
const plain = (text: string) => text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, escaped)

/** A name is one line, whatever is in it. */
const name = (text: string) => plain(text.replaceAll('\n', '\\n').replaceAll('\t', '\\t'))

function summary(rows: readonly Row[]): string {
  const table = new Table({
    head: ['scenario', 'result', 'steps', 'expectations', 'time'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const { end, steps, expectations } of rows) {
    const result = end.status === 'passed' ? chalk.green('passed') : chalk.red('failed')
    table.push([name(end.file), result, steps, expectations, time(end.durationMs)])
  }
  return table.toString()
}

class Terminal {
  readonly #write: (text: string) => void
  readonly #rows: Row[] = []
  #steps = 0
  #expectations = 0
  #depth = 1
  /** Whether the last mark said that something failed: the steps around it need none. */
  #hasMarkedFailure = false
  /** Whether the step that runs has shown anything; one that only asserts has not. */
  #isSilent = false

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  #line(text: string, depth = this.#depth): void {
    this.#write(indent(text, depth * 2) + '\n')
  }

  tell(event: RunEvent): void {
    switch (event.type) {
      case 'scenario-start':
        return this.#line(`${chalk.bold(name(event.name))} ${chalk.dim(name(event.file))}`, 0)
      case 'step-start':
        this.#steps++
        this.#line(name(event.path.at(-1) ?? ''), event.path.length)
        this.#depth = event.path.length + 1
        this.#isSilent = true
        return
      case 'step-end':
        return this.#stepEnd(event)
      case 'expectation':
        return this.#expectation(event)
      case 'action':
        return this.#line(chalk.dim(plain(event.shell)))
      case 'note':
        return this.#line(chalk.cyan(plain(event.text)))
      case 'output':
        return this.#line(plain(event.text.trimEnd()))
      case 'scenario-end':
        return this.#scenarioEnd(event)
      case 'run-end':
        return this.#runEnd(event)
      default:
    }
  }

  #expectation({ title, status, durationMs }: Expectation): void {
    this.#expectations++
    this.#isSilent = false
    this.#hasMarkedFailure = status === 'failed'
    this.#line(`${mark(status === 'passed')} ${name(title)} ${chalk.dim(time(durationMs))}`)
  }

  #stepEnd({ path, status, durationMs }: StepEnd): void {
    if (status === 'failed' && !this.#hasMarkedFailure) {
      this.#line(`${mark(false)} failed ${chalk.dim(time(durationMs))}`)
      this.#hasMarkedFailure = true
    }
    if (status === 'passed' && this.#isSilent) {
      this.#line(`${mark(true)} passed ${chalk.dim(time(durationMs))}`)
    }
    this.#isSilent = false
    this.#depth = path.length
  }

  #scenarioEnd(event: ScenarioEnd): void {
    const { error } = event
    if (error !== undefined) {
      this.#line(chalk.red(plain(explain(error))), 1)
      const hasStack = error.code === 'TNET_SCENARIO_THREW' && error.stack !== undefined
      if (hasStack) this.#line(chalk.dim(plain(error.stack ?? '')), 2)
    }
    this.#rows.push({ end: event, steps: this.#steps, expectations: this.#expectations })
    this.#steps = 0
    this.#expectations = 0
    this.#depth = 1
    this.#hasMarkedFailure = false
    this.#write('\n')
  }

  #runEnd({ passed, failed, durationMs }: RunEnd): void {
    if (this.#rows.length > 0) this.#write(`${summary(this.#rows)}\n`)
    this.#write(`${passed} passed, ${failed} failed ${chalk.dim(`in ${time(durationMs)}`)}\n`)
  }
}

/** What people read while a run goes on: steps and expectations as they happen, then a table. */
export function terminalReport(write: (text: string) => void): EventListener {
  const terminal = new Terminal(write)
  return event => terminal.tell(event)
}
