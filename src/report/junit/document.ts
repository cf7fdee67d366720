import { createCB } from 'xmlbuilder2'
import type { ReporterOutput } from '../reporter.ts'
import { oneLine } from '../drawing/visible.ts'
import type { TestCase } from './test-case.ts'

/** What came out of one scenario file. */
export interface TestSuite {
  file: string
  /** ISO 8601 */
  startedAt: string
  /** Of all attempts. */
  durationMs: number
  cases: TestCase[]
}

export interface JunitDocument {
  durationMs: number
  suites: readonly TestSuite[]
  /** Of the run, for each suite. */
  properties: Readonly<Record<string, string>>
}

type Xml = ReturnType<typeof createCB>

const CHUNK = 64 * 1024

const seconds = (ms: number) => (ms / 1000).toFixed(3)

/** `scenarios/shop.ts` as Java would call it: readers make packages and classes out of the dots. */
const classNameOf = (file: string) =>
  oneLine(file.replace(/^(\.*\/)+/, '').replace(/\.([cm]?[jt]s|md|markdown)$/, '')).replaceAll(
    '/',
    '.',
  )

/** xmlbuilder2 leaves alone what looks like an entity: `&nbsp;` would come out as one. */
const given = (text: string) => text.replaceAll('&', '&amp;')

function open(xml: Xml, name: string, attributes: Readonly<Record<string, string>>): Xml {
  const entries = Object.entries(attributes)
  return xml.ele(name, Object.fromEntries(entries.map(([key, value]) => [key, given(value)])))
}

function countsOf(cases: readonly TestCase[]) {
  const having = (element: string) => cases.filter(({ problem }) => problem?.element === element)
  return {
    tests: String(cases.length),
    failures: String(having('failure').length),
    errors: String(having('error').length),
  }
}

function writeCase(xml: Xml, { name, durationMs, ...one }: TestCase, classname: string): void {
  open(xml, 'testcase', { name, classname, time: seconds(durationMs) })
  const { problem, reruns, skipped } = one
  if (problem !== undefined) {
    const { element, type, message, text } = problem
    open(xml, element, { message, type }).txt(given(text)).up()
  }
  for (const { element, type, message, text } of reruns) {
    open(xml, element, { message, type }).ele('stackTrace').txt(given(text)).up().up()
  }
  if (skipped !== undefined) open(xml, 'skipped', { message: skipped }).up()
  if (one.out !== '') xml.ele('system-out').txt(given(one.out)).up()
  if (one.err !== '') xml.ele('system-err').txt(given(one.err)).up()
  xml.up()
}

function writeSuite(xml: Xml, suite: TestSuite, properties: JunitDocument['properties']): void {
  const { file, startedAt, durationMs, cases } = suite
  open(xml, 'testsuite', {
    name: oneLine(file) || '(no file)',
    ...countsOf(cases),
    skipped: String(cases.filter(({ skipped }) => skipped !== undefined).length),
    time: seconds(durationMs),
    // Ant's schema takes no time zone; this is UTC.
    timestamp: startedAt.slice(0, '2026-01-01T12:00:00'.length),
  })
  xml.ele('properties')
  // No schema lets a test case have properties of its own.
  const tags = cases.filter(one => one.tags !== '').map(one => [`tags: ${one.name}`, one.tags])
  for (const [name = '', value = ''] of [...Object.entries(properties), ...tags]) {
    open(xml, 'property', { name, value }).up()
  }
  xml.up()
  for (const one of cases) writeCase(xml, one, classNameOf(file))
  xml.up()
}

/** Writes the whole of it, piece by piece. */
export function writeDocument(document: JunitDocument, output: ReporterOutput): void {
  const { durationMs, suites, properties } = document
  let pending = ''
  const data = (text: string) => {
    pending += text
    if (pending.length < CHUNK) return
    output.write(pending)
    pending = ''
  }
  const xml = createCB({ data, end: () => output.write(`${pending}\n`), prettyPrint: true })
  const counts = countsOf(suites.flatMap(({ cases }) => cases))
  xml.dec({ version: '1.0', encoding: 'UTF-8' })
  open(xml, 'testsuites', { name: 'tnet-lab', ...counts, time: seconds(durationMs) })
  for (const suite of suites) writeSuite(xml, suite, properties)
  xml.end()
}
