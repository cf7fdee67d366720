import chalk from 'chalk'
import Table from 'cli-table3'
import { explain } from '../errors.ts'
import type { EventListener, RunEvent, ScenarioEnd } from '../runner/events.ts'

interface Row {
  end: ScenarioEnd
  steps: number
  expectations: number
}

const time = (ms: number) => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`)
const indent = (text: string, by: number) => text.replace(/^/gm, ' '.repeat(by))
const mark = (passed: boolean) => (passed ? chalk.green('✓') : chalk.red('✗'))

/** What a terminal would take as its own is shown, not obeyed. */
const plain = (text: string) =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, c => {
    return `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`
  })

function summary(rows: readonly Row[]): string {
  const table = new Table({
    head: ['scenario', 'result', 'steps', 'expectations', 'time'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const { end, steps, expectations } of rows) {
    const result = end.status === 'passed' ? chalk.green('passed') : chalk.red('failed')
    table.push([plain(end.file), result, steps, expectations, time(end.durationMs)])
  }
  return table.toString()
}

/** What people read while a run goes on: steps and expectations as they happen, then a table. */
export function terminalReport(write: (text: string) => void): EventListener {
  const rows: Row[] = []
  let steps = 0
  let expectations = 0
  let depth = 1
  const line = (text: string, by = depth) => write(indent(text, by * 2) + '\n')

  const tell = (event: RunEvent): void => {
    switch (event.type) {
      case 'scenario-start':
        line(`${chalk.bold(plain(event.name))} ${chalk.dim(plain(event.file))}`, 0)
        break
      case 'step-start':
        depth = event.path.length
        line(plain(event.path.at(-1) ?? ''))
        depth++
        steps++
        break
      case 'step-end':
        depth = event.path.length
        break
      case 'expectation':
        expectations++
        line(
          `${mark(event.status === 'passed')} ${plain(event.title)} ${chalk.dim(time(event.durationMs))}`,
        )
        break
      case 'action':
        line(chalk.dim(plain(event.shell)))
        break
      case 'note':
        line(chalk.cyan(plain(event.text)))
        break
      case 'output':
        line(plain(event.text.trimEnd()))
        break
      case 'scenario-end':
        tellEnd(event)
        break
      case 'run-end':
        if (rows.length > 0) write(`${summary(rows)}\n`)
        write(
          `${event.passed} passed, ${event.failed} failed ${chalk.dim(`in ${time(event.durationMs)}`)}\n`,
        )
        break
      default:
    }
  }

  const tellEnd = (event: ScenarioEnd): void => {
    if (event.error !== undefined) {
      line(chalk.red(plain(explain(event.error))), 1)
      if (event.error.code === 'TNET_SCENARIO_THREW' && event.error.stack !== undefined) {
        line(chalk.dim(plain(event.error.stack)), 2)
      }
    }
    rows.push({ end: event, steps, expectations })
    ;[steps, expectations, depth] = [0, 0, 1]
    write('\n')
  }
  return tell
}
