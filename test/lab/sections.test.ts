import t from 'tap'
import { Sections } from '../../src/lab/observe/sections.ts'

/** What comes of a stream that is cut at these places. */
function sections(chunks: readonly string[], why?: string): [number, string][] {
  const told: [number, string][] = []
  const all = new Sections('MARK', (number, text) => told.push([number, text]))
  for (const chunk of chunks) all.add(chunk)
  all.end(why)
  return told
}

const stream = '\nMARK 0\none\ntwo\n\nMARK 1\n\nMARK 2\nno end 日本'

t.test('a stream is taken apart at the marks, wherever it is cut', t => {
  const wanted = [
    [0, 'one\ntwo\n'],
    [1, ''],
    [2, 'no end 日本'],
  ]
  t.strictSame(sections([stream]), wanted)
  t.strictSame(sections(stream.split('')), wanted)
  t.end()
})

t.test('what is no mark stays text: within a line, without a number, before the first', t => {
  t.strictSame(sections(['lost\nMARK 3\nx MARK 4\nMARKS 5\n MARK 6\n']), [
    [3, 'x MARK 4\nMARKS 5\n MARK 6'],
  ])
  t.end()
})

t.test('a part that is not whole says why', t => {
  t.strictSame(sections(['MARK 0\nbegun'], 'time was up'), [[0, 'begun\n… time was up']])
  t.strictSame(sections(['MARK 0\n'], 'time was up'), [[0, '\n… time was up']])
  t.strictSame(sections([], 'time was up'), [])
  t.end()
})

for (const [what, text] of [
  ['many lines', '日本\n'.repeat(20_000)],
  ['one line', '日本'.repeat(23_334)],
] as const) {
  t.test(`of ${what} the first 64 KiB are kept, and all the rest is counted`, t => {
    const chunks = Array.from({ length: Math.ceil(text.length / 999) }, (_, n) =>
      text.slice(n * 999, (n + 1) * 999),
    )
    const [[, told] = [0, '']] = sections(['MARK 0\n', ...chunks, '\nMARK 1\n'])
    const [, kept = '', more = ''] = /^([^]*?)\n?… (\d+) bytes more$/.exec(told) ?? []
    t.ok(Buffer.byteLength(kept) > 65_530 && Buffer.byteLength(kept) <= 65_536)
    t.ok(text.startsWith(kept), 'no character is cut in two')
    t.ok(Math.abs(Buffer.byteLength(text) - Buffer.byteLength(kept) - Number(more)) <= 1)
    t.end()
  })
}
