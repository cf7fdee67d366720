import { Parser, type FinalResults, type Result } from 'tap-parser'
import { tapReporter } from '../../src/report/tap/tap.ts'
import type { RunEvent, ScenarioEnd } from '../../src/runner/events.ts'
import { told } from './told.ts'

export interface Read {
  text: string
  results: FinalResults
  /** Test points of the outermost level. */
  points: Result[]
  /** All test points, `scenario > step > expectation`. */
  nested: Result[]
  comments: string[]
}

/** As tap-parser has it, which takes no line that is not TAP. */
export async function read(events: readonly RunEvent[]): Promise<Read> {
  const text = await told(tapReporter, events)
  const read: Omit<Read, 'results'> = { text, points: [], nested: [], comments: [] }
  const results = await new Promise<FinalResults>(resolve => {
    const parser = new Parser({ strict: true }, resolve)
    const collect = (child: Parser) => {
      child.on('assert', (result: Result) => read.nested.push(result))
      child.on('child', collect)
    }
    collect(parser)
    parser.on('assert', (result: Result) => read.points.push(result))
    parser.on('comment', (comment: string) => read.comments.push(comment.trim()))
    parser.end(text)
  })
  return { ...read, results }
}

export const finalEnds = (events: readonly RunEvent[]) =>
  events.filter((event): event is ScenarioEnd => event.type === 'scenario-end' && event.isFinal)

export const named = (points: readonly Result[], name: string) =>
  points.find(({ fullname }) => fullname === name)
