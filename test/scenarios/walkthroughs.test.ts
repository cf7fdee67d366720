// Once, as an ordinary user: who runs it makes no difference here.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type { DoctorReport } from '../../src/report/doctor-table.ts'
import type { RunEvent, Walked, WalkEnd, WalkPlanned } from '../../src/runner/events.ts'
import type { WalkedCounts } from '../../src/walkthrough/verdict.ts'
import { ended, scratch, start } from '../cli/command-line.ts'

t.setTimeout(600_000)

const folder = 'scenarios/walkthroughs'
const cli = path.resolve('dist/cli/main.cjs')

interface Expected {
  /** `run` is the same where nothing is left out of it; `notRun`, `cannotJudge`: none. */
  counts: Pick<WalkedCounts, 'found' | 'confirmed'> & Partial<WalkedCounts>
  /** What is taken for granted, in order. */
  guesses: string[]
}

/** As `tnet-lab doctor` finds out, by trying each. */
function featuresHere(): ReadonlySet<string> {
  const said = execFileSync(process.execPath, [cli, 'doctor', '--json'], { encoding: 'utf8' })
  const report = JSON.parse(said) as DoctorReport
  return new Set(report.features.flatMap(({ name, available }) => (available ? [name] : [])))
}

const features = featuresHere()
const hasFeature = (name: string) => features.has(name)

const documents: Record<string, Expected> = {
  'veth-pair.md': {
    counts: { found: 36, confirmed: 16 },
    guesses: ['192.0.2.80 answers behind the gateway'],
  },
  'bridge.md': {
    counts: { found: 39, confirmed: 13 },
    guesses: [],
  },
  'routing.md': {
    counts: { found: 39, confirmed: 15 },
    guesses: [],
  },
  'masquerade.md': {
    counts: { found: 30, confirmed: 14 },
    guesses: [
      'eth0 has 192.0.2.10/24',
      'the gateway is 192.0.2.1',
      '203.0.113.80 answers behind the gateway',
      '203.0.113.53 answers behind the gateway, to questions for names too',
    ],
  },
  'port-mapping.md': {
    counts: { found: 44, confirmed: 17 },
    guesses: [],
  },
  'vxlan.md': {
    counts: { found: 34, confirmed: 12 },
    guesses: [
      'there are 2 machines: node1, node2',
      'eth0 of node1 has 192.0.2.11/24',
      'eth0 of node2 has 192.0.2.12/24',
    ],
  },
  'ipip.md': {
    counts: hasFeature('ipip')
      ? { found: 38, confirmed: 14 }
      : { found: 38, confirmed: 5, cannotJudge: 18 },
    guesses: [
      'there are 2 machines: host-a, host-b',
      'eth0 of host-a has 192.0.2.11/24',
      'eth0 of host-b has 192.0.2.12/24',
    ],
  },
  'network-policy.md': {
    counts: { found: 47, confirmed: 8 },
    guesses: [],
  },
  'ipv6.md': { counts: { found: 42, confirmed: 14 }, guesses: [] },
  'nftables.md': {
    counts: hasFeature('nftables')
      ? { found: 36, confirmed: 16 }
      : { found: 36, confirmed: 4, cannotJudge: 23 },
    guesses: ['203.0.113.80 answers behind the gateway'],
  },
}

function eventsOf(file: string): RunEvent[] {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as RunEvent)
}

const only = <Event extends RunEvent>(events: readonly RunEvent[], type: Event['type']) =>
  events.filter((event): event is Event => event.type === type)

t.test('every walkthrough is expected to do something', async t => {
  const files = fs.readdirSync(folder).filter(name => name.endsWith('.md'))
  t.strictSame(Object.keys(documents).toSorted(), files.toSorted())
})

for (const [name, { counts, guesses }] of Object.entries(documents)) {
  // Nothing of a person's is on a simulated machine: not the Python below somebody's home either.
  const needsPython = fs.readFileSync(path.join(folder, name), 'utf8').includes('python3 ')
  const lacks = needsPython && !fs.existsSync('/usr/bin/python3') ? 'there is no python3' : false

  t.test(`${name} walks as it shows`, { skip: lacks }, async t => {
    const file = path.join(scratch(t), 'events.jsonl')
    const ran = await ended(start(['walk', path.join(folder, name), '-r', `jsonl=${file}`]))
    const events = eventsOf(file)
    const [plan] = only<WalkPlanned>(events, 'walk-plan')
    const [end] = only<WalkEnd>(events, 'walk-end')
    const walked = only<Walked>(events, 'walked')

    const bad = walked.filter(({ verdict }) => !/^(ran|as-shown|cannot-judge)$/.test(verdict))
    t.strictSame(
      bad.map(({ line, verdict, command }) => `${line} ${verdict}: ${command}`),
      [],
    )
    const { found } = counts
    t.match(end, { run: found, differing: 0, notRun: 0, cannotJudge: 0, ...counts })
    t.equal(walked.length, found, 'each command comes once')
    t.equal(ran.exitCode, 0, ran.stderr)
    t.strictSame(
      plan?.guesses.map(({ text }) => text),
      guesses,
    )
    t.strictSame([...new Set(plan?.leftAlone.map(({ what }) => what))], ['a drawing'])
  })
}
