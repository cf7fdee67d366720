import t from 'tap'
import { compare, wantedText, type WantedAnswer } from '../../../src/expect/node/curl-answer.ts'
import { readCurl } from '../../../src/expect/node/curl-output.ts'
import type { Node } from '../../../src/lab/node.ts'

const answer = { status: 200, headers: { server: 'nginx/1.2' }, body: 'hello\n' }
const failing = { ...answer, status: 500 }

const cases: readonly [WantedAnswer, answer: typeof answer, ok: boolean, partly: boolean][] = [
  [{}, answer, true, true],
  [{}, failing, false, true],
  [{ status: 200 }, answer, true, false],
  [{ status: 204 }, answer, false, false],
  [{ status: 500 }, failing, true, false],
  [{ body: 'hello' }, answer, true, false],
  [{ body: 'hell' }, answer, false, false],
  [{ body: /hell/ }, answer, true, false],
  [{ body: 'hello' }, failing, true, false],
  [{ header: { Server: /nginx/ } }, answer, true, false],
  [{ header: { Server: 'nginx' } }, answer, false, false],
  [{ header: { via: 'proxy' } }, answer, false, false],
  [{ status: 200, body: 'other' }, answer, false, false],
]

for (const [wanted, given, ok, partly] of cases) {
  t.test(`${wantedText(wanted) || 'any'} against status ${given.status}`, async t => {
    t.match(compare(given, wanted), { ok, partly })
  })
}

t.test('a RegExp with a memory matches every time', async t => {
  const wanted = { body: /hello/g }
  t.ok(compare(answer, wanted).ok)
  t.ok(compare(answer, wanted).ok)
})

t.test('what came is told, and cut where it is long', async t => {
  const wanted = { header: { server: 'x', via: 'y' } }
  const { received } = compare(answer, wanted)
  t.equal(received, 'status 200, header server: "nginx/1.2", no header via, body "hello\\n"')
  const long = compare({ ...answer, body: 'x'.repeat(5000) }, {}).received
  t.ok(long.length < 400, `${long.length} characters`)
  t.match(long, /5000 characters/)
})

const from = { label: 'web', netns: { name: 'web' } } as Node
const question = { from, name: 'db', port: 80, timeoutMs: 300 }

const failures: readonly [exitCode: number, stderr: string, received: string][] = [
  [7, 'curl: (7) Failed to connect', 'could not connect (curl exit code 7)'],
  [
    28,
    '<tnet-lab>000 0.000000</tnet-lab></tnet-lab>',
    'no connection within 300 ms (curl exit code 28)',
  ],
  [
    28,
    '<tnet-lab>000 0.001000</tnet-lab></tnet-lab>',
    'connected, but no whole answer within 300 ms (curl exit code 28)',
  ],
  [
    52,
    'curl: (52) Empty reply from server',
    'the server closed the connection without an answer (curl exit code 52: Empty reply from server)',
  ],
]

for (const [exitCode, stderr, received] of failures) {
  t.test(`curl's ${received} is a finding`, async t => {
    const read = await readCurl({ exitCode, stdout: '', stderr }, question)
    t.same(read, { failure: { ok: false, received } })
  })
}

const useless: readonly [exitCode: number | null, code: string][] = [
  [1, 'TNET_CURL_FAILED'],
  [2, 'TNET_CURL_FAILED'],
  [3, 'TNET_CURL_FAILED'],
  [6, 'TNET_NAME_UNKNOWN'],
  [45, 'TNET_CURL_SOURCE'],
  [null, 'TNET_CURL_FAILED'],
]

for (const [exitCode, code] of useless) {
  t.test(`curl's exit code ${exitCode} says nothing about the network`, async t => {
    const read = await readCurl({ exitCode, stdout: 'hello', stderr: 'curl: (1) no' }, question)
    t.match(read, { failure: { ok: false, unusable: { code } } })
  })
}
