// Reads TAP from standard input: a line for each test file, every failure in full, and the counts.
//
//   tap … | node scripts/tap-view.mjs SECTION TAP-FILE COUNTS-FILE TEST-FILE…
//
// The TAP is kept in TAP-FILE, `passed failed skipped` is appended to COUNTS-FILE. A test file that
// nothing was heard of, as when it ran out of time together with another, counts as failed. What a
// file says outside its tests (`t.comment`) is told as well.
import { appendFileSync, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'

const [section, tapFile, countsFile, ...expected] = process.argv.slice(2)
const POINT = /^(?<indent> *)(?<not>not )?ok\b(?: \d+)?(?: - )?(?<name>.*)$/
const DIRECTIVE = / # (?<word>SKIP|TODO)\b ?(?<reason>.*)$/i

/** tap's own comments left out. */
const COMMENT = /^ {4}# (?!Subtest\b|time=|\{ )(?<text>.*)$/

const total = { passed: 0, failed: 0, skipped: 0 }
const unheard = new Set(expected)
const started = Date.now()

/** Points of subtests whose own closing point has not come yet, by depth. */
let open = []
/** What the file that is being read has said. */
let comments = []
/** The failed point whose diagnostics are being read. */
let diagnosed

const sum = (points, key) => points.reduce((n, point) => n + point[key], 0)

/** A test point; those one level deeper since the last one at this level are what it closes. */
function readPoint({ indent, not, name }) {
  const depth = indent.length / 4
  const children = open[depth + 1] ?? []
  open = open.slice(0, depth + 1)
  const directive = DIRECTIVE.exec(name)?.groups
  const point = {
    name: name.replace(DIRECTIVE, '').replace(/ # time=.*$|\s*\{?$/, ''),
    passed: sum(children, 'passed'),
    failed: sum(children, 'failed'),
    skipped: sum(children, 'skipped'),
    reason: directive?.reason,
    children,
    // YAML, line by line.
    diagnostics: [],
  }
  // A leaf counts for itself; a closing point does when it failed and nothing in it tells why.
  if (directive !== undefined && children.length === 0) point.skipped += 1
  else if (not !== undefined && directive === undefined && point.failed === 0) point.failed += 1
  else if (children.length === 0) point.passed += 1
  point.own = point.failed - sum(children, 'failed')
  ;(open[depth] ??= []).push(point)
  return { point, depth }
}

function tellSkips(point) {
  if (point.reason !== undefined) {
    console.log(`        skipped: ${[point.name, point.reason].filter(Boolean).join(': ')}`)
  }
  point.children.forEach(tellSkips)
}

function tellFailures(point, path) {
  const here = [...path, point.name]
  if (point.own > 0) {
    console.log(`        ✗ ${here.join(' › ')}`)
    for (const line of point.diagnostics) console.log(`          ${line}`)
  }
  for (const child of point.children) tellFailures(child, here)
}

function tellFile(point) {
  const { name, passed, failed, skipped } = point
  const counts = [`${passed} passed`]
  if (failed > 0) counts.push(`${failed} failed`)
  if (skipped > 0) counts.push(`${skipped} skipped`)
  console.log(`  ${failed > 0 ? 'FAIL' : 'ok  '}  ${name}: ${counts.join(', ')}`)
  for (const text of point.comments) console.log(`        ${text}`)
  tellSkips(point)
  tellFailures(point, [])
  unheard.delete(name)
  for (const key of Object.keys(total)) total[key] += point[key]
}

/** The top-level point that was read last: told once its diagnostics are over. */
let pending
function tellPending() {
  if (pending !== undefined) tellFile(pending)
  pending = undefined
}

/** Takes a line of YAML; false when the line is none. */
function readDiagnostics(line) {
  if (diagnosed === undefined) return false
  const { point, indent } = diagnosed
  if (point.diagnostics.length === 0 && line.trim() !== '---') {
    diagnosed = undefined
    return false
  }
  if (line.trim() !== '' || !diagnosed.folded) point.diagnostics.push(line.slice(indent))
  // In a folded block tap spells a line break as two.
  if (/^ {2}\w+: [>|]/.test(line.slice(indent - 2))) diagnosed.folded = line.includes(': >')
  if (line === `${' '.repeat(indent)}...`) diagnosed = undefined
  return true
}

function readLine(line) {
  if (readDiagnostics(line)) return
  const comment = COMMENT.exec(line)?.groups.text
  if (comment !== undefined) comments.push(comment)
  const groups = POINT.exec(line)?.groups
  if (groups === undefined) return
  tellPending()
  const { point, depth } = readPoint(groups)
  diagnosed = { point, indent: depth * 4 + 2 }
  if (depth > 0) return
  pending = Object.assign(point, { comments })
  comments = []
}

console.log(`${section}:`)
const copy = createWriteStream(tapFile)
for await (const line of createInterface({ input: process.stdin })) {
  copy.write(`${line}\n`)
  readLine(line)
}
tellPending()
for (const file of unheard) {
  console.log(`  FAIL  ${file}: nothing was heard of it`)
  total.failed += 1
}
const seconds = ((Date.now() - started) / 1000).toFixed(1)
const { passed, failed, skipped } = total
console.log(`  ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s\n`)
appendFileSync(countsFile, `${passed} ${failed} ${skipped}\n`)
