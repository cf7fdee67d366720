import { Buffer } from 'node:buffer'
import t from 'tap'
import { jsonLinesReporter } from '../../src/report/json-lines.ts'
import { allStreams, hostile } from './streams.ts'
import { told } from './told.ts'

t.test('each event is a line of JSON, and reads back as it was', async t => {
  for (const [name, events] of Object.entries(allStreams)) {
    const text = await told(jsonLinesReporter, events)
    t.ok(text.endsWith('}\n'), name)
    const lines = text.slice(0, -1).split('\n')
    t.same(
      lines.map(line => JSON.parse(line) as unknown),
      events,
      name,
    )
  }
})

t.test('a line is written when its event is told, and not later', async t => {
  const lines: string[] = []
  const reporter = jsonLinesReporter({ write: line => void lines.push(line) })
  for (const [i, event] of hostile.entries()) {
    reporter.tell(event)
    t.equal(lines.length, i + 1)
    if (lines.length !== i + 1) break
  }
})

t.test('halves of a surrogate pair survive UTF-8', async t => {
  const text = await told(jsonLinesReporter, hostile)
  t.match(text, '\\ud800')
  t.equal(Buffer.from(text).toString(), text)
})
