import { Buffer } from 'node:buffer'
import path from 'node:path'
import { parseXml, type XmlElement } from '@rgrove/parse-xml'
import t from 'tap'
import { junitReporter } from '../../src/report/junit/junit.ts'
import type { RunEvent, ScenarioEnd } from '../../src/runner/events.ts'
import { complaints, extendedSchema, hasXmllint, jenkinsSchema } from './junit-schema.ts'
import {
  allPass,
  allStreams,
  crash,
  empty,
  expectedFailures,
  failures,
  hostile,
  interrupted,
  Recording,
  repeats,
  retries,
  skips,
  timeouts,
  truncated,
} from './streams.ts'
import { told } from './told.ts'

const written = (events: readonly RunEvent[]) => told(junitReporter, events)

const read = async (events: readonly RunEvent[]) => parseXml(await written(events)).root!

const isElement = (node: unknown): node is XmlElement =>
  (node as { type?: string }).type === 'element'

/** Elements of this name, at whatever depth. */
function all(element: XmlElement, name: string): XmlElement[] {
  return element.children
    .filter(isElement)
    .flatMap(child => (child.name === name ? [child] : all(child, name)))
}

const attributes = (elements: readonly XmlElement[], name: string) =>
  elements.map(element => element.attributes[name])

function caseNamed(root: XmlElement, name: string): XmlElement {
  return all(root, 'testcase').find(({ attributes }) => attributes.name === name)!
}

const inside = (element: XmlElement) => element.children.filter(isElement).map(({ name }) => name)

const skip = hasXmllint ? false : 'xmllint is not installed (libxml2-utils)'

t.test('every recorded run keeps to the schema', { skip }, async t => {
  const schema = path.join(t.testdir({ 'extended.xsd': extendedSchema() }), 'extended.xsd')
  const documents: Record<string, string> = {}
  for (const [name, events] of Object.entries(allStreams)) documents[name] = await written(events)
  t.same(complaints(documents, schema), [])

  t.test("and to Jenkins' own, where nothing was skipped or tried again", async t => {
    const { skips: _skips, walkUnjudged: _unjudged, retries: _retries, ...rest } = documents
    const { hostile: _hostile, ...others } = rest
    t.ok(Object.keys(others).length > 8)
    t.same(complaints(others, jenkinsSchema), [])
  })

  t.test('which refuse what is wrong', async t => {
    const spoiled = {
      name: documents['retries']!.replace('<testcase name=', '<testcase nome='),
      element: documents['retries']!.replaceAll('flakyFailure', 'flakyfailure'),
      type: documents['retries']!.replace('type="TypeError"', ''),
      order: documents['failures']!.replace('<testcase ', '<system-out/>$&'),
    }
    for (const [name, text] of Object.entries(spoiled)) {
      t.not(text, documents['retries'])
      t.not(complaints({ [name]: text }, schema).length, 0, name)
    }
  })
})

t.test('every recorded run is XML 1.0, and counts as its run does', async t => {
  for (const [name, events] of Object.entries(allStreams)) {
    const root = await read(events)
    const ends = events.filter((event): event is ScenarioEnd => event.type === 'scenario-end')
    const final = ends.filter(({ isFinal }) => isFinal)
    const of = (status: string) => final.filter(end => end.status === status).length
    const isCutOff = name === 'truncated' ? 1 : 0
    const { tests, failures, errors } = root.attributes
    t.equal(Number(tests), final.length + isCutOff, name)
    t.equal(Number(failures) + Number(errors), of('failed') + isCutOff, name)
    t.equal(all(root, 'failure').length, Number(failures), name)
    t.equal(all(root, 'error').length, Number(errors), name)
    t.equal(all(root, 'skipped').length, of('skipped'), name)
    t.equal(all(root, 'testcase').length, Number(tests), name)
    const sum = (attribute: string) =>
      all(root, 'testsuite').reduce((sum, suite) => sum + Number(suite.attributes[attribute]), 0)
    t.same([sum('tests'), sum('failures'), sum('errors')], [tests, failures, errors].map(Number))
    t.equal(sum('skipped'), of('skipped'), name)
  }
})

t.test('a suite a file, a test case a scenario, seconds', async t => {
  const root = await read(allPass)
  t.same(attributes(all(root, 'testsuite'), 'name'), [
    'scenarios/shop.ts',
    'scenarios/two-hosts.ts',
  ])
  t.same(attributes(all(root, 'testcase'), 'name'), [
    'two containers share a bridge',
    'a published port leads to its container',
    'VXLAN carries the bridge',
  ])
  t.same(attributes(all(root, 'testcase'), 'classname'), [
    'scenarios.shop',
    'scenarios.shop',
    'scenarios.two-hosts',
  ])
  const { durationMs } = allPass.find(({ type }) => type === 'scenario-end') as ScenarioEnd
  t.equal(all(root, 'testcase')[0]?.attributes.time, (durationMs / 1000).toFixed(3))
  t.equal(all(root, 'testsuite')[0]?.attributes.timestamp, '2026-01-01T12:00:00')
})

t.test('a suite says what its run was, and its scenarios’ tags', async t => {
  const [suite] = all(await read(failures), 'testsuite')
  const properties = all(suite!, 'property').map(({ attributes: { name, value } }) => [name, value])
  t.match(Object.fromEntries(properties), {
    seed: '20260101',
    kernel: '6.18.5',
    node: 'v20.20.2',
    'tags: two hosts share one network': 'vxlan, slow',
  })
})

t.test('what was looked for and not found is a failure, everything else an error', async t => {
  const root = await read(failures)
  const lost = caseNamed(root, 'two hosts share one network')
  t.same(inside(lost), ['failure', 'system-out', 'system-err'])
  const [failure] = all(lost, 'failure')
  t.match(failure?.attributes, {
    type: 'ExpectationError',
    message: 'expected that web pings db (10.0.1.130)',
  })
  t.match(failure?.text, /why +alpha drops it: policy of FORWARD.*\n.*\n.*\n.*hint +let it pass/)
  for (const name of ['the script itself is wrong', 'could not even start']) {
    t.same(inside(caseNamed(root, name)), ['error'], name)
  }
  t.match(caseNamed(root, 'the script itself is wrong').text, /at \/srv\/scenarios\/shop\.ts:31:24/)
  for (const events of [crash, timeouts]) {
    const { failures, errors } = (await read(events)).attributes
    t.same([failures, Number(errors) > 0], ['0', true])
  }
})

t.test('a deadline’s error says where the time went', async t => {
  const root = await read(timeouts)
  t.match(caseNamed(root, 'the far end answers').text, /sandbox 90 ms, .*script 29\.2 s/)
})

t.test('a skipped scenario says why, as Jenkins reads it', async t => {
  const root = await read(skips)
  t.same(attributes(all(root, 'skipped'), 'message'), [
    'ipip: not in this kernel (EOPNOTSUPP); sudo modprobe ipip',
    'vlan: not in this kernel (EOPNOTSUPP)',
    'scenario.skip',
  ])
})

t.test(
  'attempts before one that passed are flaky, those after one that failed are reruns',
  async t => {
    const root = await read(retries)
    const flaky = caseNamed(root, 'passes at the second attempt')
    t.same(inside(flaky), ['flakyFailure'])
    t.match(all(flaky, 'stackTrace')[0]?.text, 'no echo reply within 1000 ms')
    const never = caseNamed(root, 'never passes')
    t.same(inside(never), ['failure', 'rerunError', 'rerunFailure'])
    t.same(inside(caseNamed(root, 'passes at once')), [])
  },
)

t.test('no two test cases have the same name, or GitLab takes one of them', async t => {
  const names = attributes(all(await read(repeats), 'testcase'), 'name')
  t.equal(names.length, 5)
  t.equal(new Set(names).size, 5)
  t.same(inside(caseNamed(await read(repeats), 'a race (repeat 3)')), ['failure'])
})

t.test('what fails as expected passes, and says how it failed', async t => {
  const known = caseNamed(await read(expectedFailures), 'known to fail')
  t.same(inside(known), ['system-out'])
  t.match(known.text, /failed as expected:\nExpectationError TNET_EXPECTATION/)
})

t.test('output stands with what printed it, notes too', async t => {
  const lost = caseNamed(await read(failures), 'two hosts share one network')
  t.equal(
    all(lost, 'system-out')[0]?.text,
    'note: tunnels: userspace stand-in (ipip: not in this kernel)\nabout to ping\n',
  )
  t.equal(all(lost, 'system-err')[0]?.text, 'warning: no reply yet\n… 4096 bytes more\n')
})

t.test('what XML forbids is shown, and the rest comes back as it was', async t => {
  const root = await read(hostile)
  const names = attributes(all(root, 'testcase'), 'name')
  for (const name of [
    '日本語のネットワーク',
    'family 👩‍👩‍👧‍👦 flag 🏴‍☠️ e\u0301',
    '\\x1b[31mred\\x1b[0m \\x1b]8;;http://example.com\\x07link\\x1b]8;;\\x07 \\x1b[2J\\x9b1m',
    'nul \\x00 bell \\x07 backspace \\x08 delete \\x7f next line \\x85 noncharacter \\uffff',
    'a ]]> b <![CDATA[ c',
    '</script><script>alert(1)</script><img src=x onerror=alert(1)>&amp;&nbsp;&#0;&x;"\'',
    'high \\ud800 low \\udc00 both \\ud83d',
    'first\\nsecond\\n\\nfourth\\n',
    '__proto__',
    '(no name)',
  ]) {
    t.ok(names.includes(name), name)
  }
  const output = all(caseNamed(root, 'a ]]> b <![CDATA[ c'), 'system-out')[0]?.text
  t.equal(output, 'note: a ]]> b <![CDATA[ c\na ]]> b <![CDATA[ c')
})

t.test('a report stays below what GitLab reads, however much is printed', async t => {
  const run = new Recording()
  const { error } = failures.findLast(({ type }) => type === 'scenario-end') as ScenarioEnd
  for (let i = 0; i < 60; i++) {
    const text = '"&\x1b日'.repeat(25_000)
    const one = run.scenario(`scenario ${i}`).output(text).output(text, { stream: 'stderr' })
    one.fail({ ...error!, message: text, facts: { received: text } })
  }
  const text = await written(run.end())
  t.ok(Buffer.byteLength(text) < 30_000_000, `${Buffer.byteLength(text)} bytes`)
  const { root } = parseXml(text)
  t.equal(all(root!, 'error').length, 60)
  t.match(all(root!, 'system-out')[0]?.text, /the middle is left out/)
  t.match(all(root!, 'system-out').at(-1)?.text, /no room for more text/)
})

t.test('of what a scenario that passed printed, the start and the end are kept', async t => {
  const run = new Recording()
  run
    .scenario('one')
    .output(`first ${'middle '.repeat(1000)} last`)
    .pass()
  const { text } = caseNamed(parseXml(await written(run.end())).root!, 'one')
  t.match(text, /^\s*first [^]* the middle is left out [^]* last\s*$/)
  t.ok(text.length < 1100)
})

t.test('a run that was stopped says so, and how much is missing', async t => {
  const said = (root: XmlElement) =>
    Object.fromEntries(
      all(root, 'property').map(({ attributes: { name, value } }) => [name, value]),
    )
  t.match(said(await read(interrupted)), { 'stopped by': 'SIGINT', 'not run': '3' })
  t.notHas(said(await read(allPass)), { 'stopped by': String })
  t.match(said(await read(truncated)), { 'stopped by': /did not come to its end/ })
})

t.test('a scenario that a killed run did not see end is an error', async t => {
  const root = await read(truncated)
  t.same(inside(caseNamed(root, 'nobody knows')), ['error'])
  t.match(root.attributes.time, /^0\.\d+$/)
})

t.test('a run without scenarios is an empty report', async t => {
  const root = await read(empty)
  t.same(root.toJSON().children, [])
  t.equal(root.attributes.tests, '0')
})

t.test('it is written once, in pieces', async t => {
  const pieces: string[] = []
  const reporter = junitReporter({ write: text => void pieces.push(text) })
  for (const event of hostile) reporter.tell(event)
  await reporter.close?.()
  t.ok(pieces.length > 1 && pieces.length < 50)
  t.equal(pieces.join('').match(/<\?xml/g)?.length, 1)
})
