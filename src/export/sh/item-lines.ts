import { shellWord } from '../../names.ts'
import type { Item } from '../play.ts'
import { oneLine } from '../shell-line.ts'
import { testLine } from './words.ts'

export const comment = (lines: readonly string[]) =>
  lines.map(line => `# ${oneLine(line)}`.trimEnd()).join('\n')

const quiet = (line: string) => line.replace(/ sysctl -w /, ' sysctl -qw ')

function checkLine({ title, isNegative, isEventual, test }: Item & { kind: 'check' }): string {
  const how = isNegative ? (isEventual ? 'expect_not_soon' : 'expect_not') : 'expect'
  return `${how} ${shellWord(title)} \\\n  ${testLine(test)}`
}

function tryLine({ line, exitCode }: Item & { kind: 'try' }): string {
  const isQuoted = /'[^']*[$`][^']*'/.test(line)
  const note = isQuoted ? '# shellcheck disable=SC1003,SC2016 # the inner shell expands it\n' : ''
  return note + (exitCode === 0 ? '' : `ends_with ${exitCode} `) + line
}

/**
 * What the kernel refuses of what is done, as it did in the scenario, by number; or, as long as that
 * is not known, how the script is to tell it: `MARK 7`.
 */
export type Refusals = { refused: ReadonlySet<number> } | { mark: string }

/** Writes the lines of items, and counts what is done in them. */
export class ItemLines {
  readonly #refusals: Refusals
  #done = 0

  constructor(refusals: Refusals) {
    this.#refusals = refusals
  }

  of(item: Item): string {
    switch (item.kind) {
      case 'section':
        return this.#section(item.path.join(' > '))
      case 'namespace':
        return `namespace ${item.name}`
      case 'do':
        return item.lines.map(line => this.#deed(quiet(line))).join('\n')
      case 'try':
        return tryLine(item)
      case 'remark':
        return comment(item.text.split('\n'))
      case 'serve': {
        const status = item.status === 200 ? '' : ` ${item.status}`
        return `serve ${item.node} ${item.port} ${shellWord(item.text)}${status}`
      }
      case 'stop-serving':
        return `stop_serving ${item.node} ${item.port}`
      case 'capture':
        return `capture ${shellWord(item.name)} ${item.node} ${shellWord(item.link)}`
      case 'stop-capture':
        return `stop_capture ${shellWord(item.name)}`
      case 'check':
        return checkLine(item)
      case 'left-out':
        return `leave_out ${shellWord(item.title)} \\\n  ${shellWord(item.reason)}`
    }
  }

  #section(title: string): string {
    return title === '' ? '' : `\nsection ${shellWord(title)}`
  }

  #deed(line: string): string {
    // Whether it succeeds is nothing to anybody.
    if (line.endsWith(' || true')) return line
    const number = ++this.#done
    if ('mark' in this.#refusals) return `attempt '${this.#refusals.mark} ${number}' ${line}`
    return this.#refusals.refused.has(number) ? `refused ${line}` : line
  }
}
