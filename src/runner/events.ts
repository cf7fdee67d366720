import type { ErrorReport } from '../errors.ts'
import type { Topology } from '../lab/observe/topology.ts'
import type { WalkedCounts, WalkedStep } from '../walkthrough/verdict.ts'

export type { Topology, TopologyLink, TopologyNode } from '../lab/observe/topology.ts'
export type { Difference } from '../walkthrough/compare/comparison.ts'
export { isWrong } from '../walkthrough/verdict.ts'

/** Raised when a reader of older streams would misread a newer one. */
export const EVENTS_VERSION = 2

/** How a step or an expectation ended. */
export type Status = 'passed' | 'failed'

/**
 * Everything that happens in a run, in order; one JSON object a line on disk. `reports/README.md`
 * says the same for readers in other languages.
 *
 * A run is one `run-start`, the events of its scenarios, and one `run-end`, if it came that far.
 * Scenarios that run at the same time mix their events: `id` tells them apart. Each `id` has one
 * `scenario-start`, first, and one `scenario-end`, last, whatever happened to the scenario.
 */
export type RunEvent =
  | RunStart
  | ScenarioStart
  | StepStart
  | Expectation
  | Action
  | Command
  | Note
  | Output
  | ProgramOutput
  | CaptureTaken
  | TopologySeen
  | Diagnostic
  | WalkPlanned
  | Walked
  | WalkEnd
  | StepEnd
  | ScenarioEnd
  | RunEnd

/** Which part of a run this is; every part has the same `plan`. */
export interface ShardOf {
  /** From 1. */
  index: number
  total: number
  /** A digest of who runs what: parts with different ones do not add up to a whole. */
  plan: string
}

export interface RunStart {
  type: 'run-start'
  version: typeof EVENTS_VERSION
  /** tnet-lab's own version. */
  tool: string
  /** Scenario files, relative to where `run` began. */
  files: string[]
  /** How many scenarios will run, each counted once; unknown for one file, which is not read first. */
  scenarios?: number
  /** How often each runs (`--repeat`). Default 1. */
  repeats?: number
  node: string
  kernel: string
  /** Whether sandboxes are made with user namespaces. */
  rootless: boolean
  /** How many sandboxes run at once: no more than there are files. */
  jobs: number
  /** What everything random was made from. */
  seed: number
  shard?: ShardOf
  /** ISO 8601 */
  startedAt: string
}

/** What every event of a scenario carries. */
interface OfScenario {
  /** One attempt of one scenario; unique in a run. */
  id: string
  /** Milliseconds since the run began. */
  atMs: number
}

/** What happens inside of a step carries its number as well; none outside of all steps. */
interface InStep extends OfScenario {
  step?: number
}

export interface ScenarioStart extends OfScenario {
  type: 'scenario-start'
  /** Relative to where `run` began. A file and a name make a scenario. */
  file: string
  name: string
  /** Where it is in the file, from 1. */
  line?: number
  tags: string[]
  /** 1, and one more for each retry. */
  attempt: number
  /** How many attempts there are at most. */
  attempts?: number
  /** 1 to what `--repeat` said. */
  repeat: number
  /** Which of the sandboxes that run at once, from 1. */
  worker: number
}

export interface StepStart extends OfScenario {
  type: 'step-start'
  /** Unique in a scenario, from 1. */
  step: number
  /** The step that this one is in. */
  parent?: number
  /** Names from the outermost step inwards. */
  path: string[]
}

/** One `expect(…)`, when it is over; `atMs` is when it was over. */
export interface Expectation extends InStep {
  type: 'expectation'
  /** The names of the steps around it, outermost first. */
  path: string[]
  /** `web pings db` */
  title: string
  status: Status
  durationMs: number
  /** Looks that it took. */
  attempts: number
  expected?: string
  /** What the last look found. */
  received?: string
  /** What to type to look by hand. */
  command?: string
}

/**
 * Something was done to the lab; `shell` is the command that does the same. A line that begins with
 * `#` says what no command does: `# web: the script serves TCP port 80`.
 */
export interface Action extends InStep {
  type: 'action'
  shell: string
}

/** A command of a script (`` node.$`…` ``) that is over; `atMs` is when it was over. */
export interface Command extends InStep {
  type: 'command'
  node: string
  /** As typed on the node. */
  command: string
  /** `null` when a signal ended it. */
  exitCode: number | null
  signal?: string
  durationMs: number
  /** The last 64 KiB of each. */
  stdout: string
  stderr: string
}

/** Something that a script, or the lab, wants the reader to know. */
export interface Note extends InStep {
  type: 'note'
  text: string
}

/** What a script printed. */
export interface Output extends OfScenario {
  type: 'output'
  stream: 'stdout' | 'stderr'
  text: string
  /** So many bytes more came after what is kept of a scenario, and are left out. */
  omittedBytes?: number
}

/** The kept output of a program that a script started on a node. */
export interface ProgramOutput extends OfScenario {
  type: 'program-output'
  node: string
  command: string
  text: string
}

export interface CapturedLine {
  /** Milliseconds since the first packet of the capture. */
  atMs: number
  lengthBytes: number
  /** As `tcpdump -nn` prints it: `IP 192.0.2.1 > 192.0.2.9: ICMP echo request, id 1, seq 1, length 64`. */
  text: string
}

/** A capture, when it was closed or the scenario was over. */
export interface CaptureTaken extends OfScenario {
  type: 'capture'
  node: string
  /** The link's name; none for all links of the node. */
  link?: string
  packets: CapturedLine[]
  /** A pcap file in base64. */
  pcap: string
  /** So many packets more are neither in `packets` nor in `pcap`. */
  omittedPackets: number
}

/** What was built, read from the kernel when the script was over. */
export interface TopologySeen extends OfScenario, Topology {
  type: 'topology'
  /** Of a walkthrough, which tells it as it grows: the line of the document after which it was so. */
  line?: number
}

/** Something collected from a node when a scenario failed: what `command` printed there. */
export interface Diagnostic extends OfScenario {
  type: 'diagnostic'
  node: string
  /** `links`, `addresses`, `routes`, …: also the name of its file. */
  what: string
  command: string
  text: string
}

/** What a document says to do and takes for granted, before its first command. */
export interface WalkPlanned extends OfScenario {
  type: 'walk-plan'
  /** Commands found. */
  found: number
  /** `instead`: what front matter says in its place. */
  guesses: { text: string; line?: number; why: string; instead?: string }[]
  /** Listings that are no commands, and what they seem to be. */
  leftAlone: { line: number; what: string }[]
  /** Stretches that are walked on fresh machines; `why` says why they are fresh there. */
  parts: { line: number; why?: string; hosts: string[] }[]
  /** What is odd about the file. */
  remarks: string[]
}

/** A command of a document, when it is over and judged; each `number` comes once. */
export interface Walked extends InStep, WalkedStep {
  type: 'walked'
}

/** What became of all commands of a document. */
export interface WalkEnd extends OfScenario, WalkedCounts {
  type: 'walk-end'
  durationMs: number
  /** Of that, what was waited as a person waits: for links, addresses, packets that are shown. */
  waitedMs: number
}

export interface StepEnd extends OfScenario {
  type: 'step-end'
  step: number
  path: string[]
  status: Status
  durationMs: number
}

/** Where a scenario's time went; together about its `durationMs`. */
export interface Phase {
  /** `sandbox` is paid once by the first scenario of a sandbox; `observe` reads what reports show. */
  phase: 'sandbox' | 'load' | 'script' | 'observe' | 'close'
  durationMs: number
}

export interface ScenarioEnd extends OfScenario {
  type: 'scenario-end'
  file: string
  name: string
  status: Status | 'skipped'
  durationMs: number
  phases: Phase[]
  /** False when it failed and will be tried again: it counts for nothing then. */
  isFinal: boolean
  /** It passed, after it had failed. */
  isFlaky: boolean
  /** The script says that it fails (`scenario.fails`), and `status` is about that. */
  isExpectedToFail: boolean
  /** Why it was skipped. */
  reason?: string
  /** Why it failed; of one that is expected to fail and did, how. */
  error?: ErrorReport
  /** The folder of what was collected when it failed. */
  diagnostics?: string
}

export interface RunEnd {
  type: 'run-end'
  passed: number
  failed: number
  skipped: number
  /** Of those that passed, how many had failed before. */
  flaky: number
  /** Left out because somebody stopped the run, or `--bail` did. */
  notRun: number
  durationMs: number
  /** 0 passed, 1 an expectation failed, 2 misuse, 3 broken clean-up, 4 could not run here, 130 stopped. */
  exitCode: number
  /** What stopped it: `SIGINT`. */
  stoppedBy?: string
}

export type EventListener = (event: RunEvent) => void
