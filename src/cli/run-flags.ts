import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { UsageError } from '../errors.ts'
import { needsOf, refuseClashes, reporterSpec, type ReporterSpec } from '../report/reporters.ts'
import type { Config } from '../runner/config.ts'
import { findScenarios } from '../runner/find-scenarios.ts'
import { History } from '../runner/history.ts'
import { runDefaults, type RunOptions } from '../runner/run-options.ts'
import type { Selection } from '../runner/worker-task.ts'
import { numeral, parseCommand, seconds } from './arguments.ts'

/** What a run is told on the command line. */
export const runFlags = {
  config: { type: 'string' },
  filter: { type: 'string', short: 'f', multiple: true },
  tag: { type: 'string', short: 't', multiple: true },
  'last-failed': { type: 'boolean' },
  shard: { type: 'string' },
  history: { type: 'string' },
  jobs: { type: 'string', short: 'j' },
  isolate: { type: 'boolean' },
  bail: { type: 'string' },
  retries: { type: 'string' },
  repeat: { type: 'string' },
  shuffle: { type: 'boolean' },
  seed: { type: 'string' },
  strict: { type: 'boolean' },
  'forbid-only': { type: 'boolean' },
  'pause-on-failure': { type: 'boolean' },
  watch: { type: 'boolean', short: 'w' },
  timeout: { type: 'string' },
  'step-timeout': { type: 'string' },
  slow: { type: 'string' },
  memory: { type: 'string' },
  reporter: { type: 'string', short: 'r', multiple: true },
  report: { type: 'string' },
  trace: { type: 'boolean' },
} as const

export type RunValues = ReturnType<typeof parseRun>['values']

/** `--bail` alone is one failure; `--forbid-only` and the others have no value. */
export const withBail = (args: readonly string[]) =>
  args.map(arg => (arg === '--bail' ? '--bail=1' : arg))

export const parseRun = (command: string, args: readonly string[]) =>
  parseCommand(command, withBail(args), runFlags)

function shardOf(text: string): { index: number; total: number } {
  const [, index = 0, total = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number)
  if (index >= 1 && index <= total && total <= 1000) return { index, total }
  throw new UsageError(`--shard takes a part and how many there are, not "${text}"`, {
    code: 'TNET_ARGUMENT_INVALID',
    hint: '--shard 1/3, --shard 2/3 and --shard 3/3 are all of it',
  })
}

function selectionOf(values: RunValues, history: History): Selection {
  const { filter, tag } = values
  const keys = values['last-failed'] === true ? history.failed() : undefined
  if (keys?.length === 0) {
    throw new UsageError('nothing failed last time', {
      code: 'TNET_NOTHING_MATCHES',
      hint: 'leave --last-failed away to run everything',
    })
  }
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(tag === undefined ? {} : { tags: tag.flatMap(tags => tags.split(',')) }),
    ...(keys === undefined ? {} : { keys }),
  }
}

/** A number of the command line, of the environment, or of the config, in this order. */
function given(
  flag: string | undefined,
  variable: string,
  parse: (text: string) => number,
  config: number | undefined,
): number | undefined {
  const environment = process.env[variable]
  if (flag !== undefined) return parse(flag)
  return environment === undefined || environment === '' ? config : parse(environment)
}

function times(values: RunValues, config: Config) {
  const { timeout } = values
  const step = values['step-timeout']
  const slow = given(
    values.slow,
    'TNET_SLOW',
    text => numeral('slow', text, 0.1, 1000),
    config.slow,
  )
  const stepTimeoutMs = step === undefined ? config.stepTimeoutMs : seconds('step-timeout', step)
  const timeoutMs = timeout === undefined ? undefined : seconds('timeout', timeout)
  return {
    timeoutMs: timeoutMs ?? config.timeoutMs ?? runDefaults.timeoutMs,
    walkTimeoutMs: timeoutMs ?? runDefaults.walkTimeoutMs,
    ...(stepTimeoutMs === undefined ? {} : { stepTimeoutMs }),
    slowness: slow ?? runDefaults.slowness,
  }
}

/** A number without a fraction. */
export const whole = (name: string, text: string, least: number) => {
  const value = numeral(name, text, least, 1_000_000_000)
  if (Number.isInteger(value)) return value
  throw new UsageError(`--${name} takes a whole number, not ${text}`, {
    code: 'TNET_ARGUMENT_INVALID',
    hint: `--${name} ${Math.ceil(value)}`,
  })
}

function amounts(values: RunValues, config: Config) {
  const number = (
    name: 'jobs' | 'bail' | 'retries' | 'repeat' | 'seed' | 'memory',
    least: number,
  ) => (values[name] === undefined ? undefined : whole(name, values[name], least))
  const bail = number('bail', 1) ?? config.bail
  const mebibytes = number('memory', 64) ?? config.memoryMiB
  return {
    jobs: number('jobs', 1) ?? config.jobs ?? os.availableParallelism(),
    retries: number('retries', 0) ?? config.retries ?? runDefaults.retries,
    repeat: number('repeat', 1) ?? runDefaults.repeat,
    seed: number('seed', 0) ?? config.seed ?? Math.floor(Math.random() * 2 ** 31),
    ...(bail === undefined ? {} : { bail }),
    memoryBytes: mebibytes === undefined ? runDefaults.memoryBytes : mebibytes * (1 << 20),
  }
}

const isCi = () => !['', '0', 'false', undefined].includes(process.env['CI'])

function switches(values: RunValues, config: Config) {
  return {
    isIsolated: values.isolate ?? config.isolate ?? runDefaults.isIsolated,
    isShuffled: values.shuffle ?? config.shuffle ?? runDefaults.isShuffled,
    isStrict: values.strict ?? config.strict ?? runDefaults.isStrict,
    forbidsOnly: values['forbid-only'] ?? config.forbidOnly ?? isCi(),
    pausesOnFailure: values['pause-on-failure'] ?? runDefaults.pausesOnFailure,
  }
}

/** What the events are made into, and where that goes. */
export interface Reports {
  specs: ReporterSpec[]
  folder: string
}

/** The reporters that were asked for; on GitHub its own besides the terminal's. */
export function reportsOf(values: RunValues, config: Config): Reports {
  const folder = values.report ?? config.report ?? runDefaults.reportFolder
  const usual = process.env['GITHUB_ACTIONS'] === 'true' ? ['terminal', 'github'] : ['terminal']
  const asked = values.reporter ?? config.reporters ?? usual
  const specs = asked.map(text => reporterSpec(text, folder))
  // `--report DIR` alone is the folder with the events in it.
  const events = reporterSpec('jsonl', folder)
  const isEvents = ({ name, output }: ReporterSpec) =>
    name === 'jsonl' && path.relative(output, events.output) === ''
  if (values.report !== undefined && !specs.some(isEvents)) specs.push(events)
  refuseClashes(specs)
  return { specs, folder }
}

/**
 * What earlier runs took. All parts of a run must divide it alike, so they read a file that all of
 * them are given, and not what is on one machine.
 */
function historyOf({ history, shard }: RunValues, config: Config): History {
  const file = history ?? config.history
  return shard !== undefined && file === undefined ? History.none() : new History(file)
}

/** What to run, as the command line says it over the config. */
export async function runOptionsOf(
  { values, positionals }: { values: RunValues; positionals: readonly string[] },
  config: Config,
  reports: Reports,
  files?: readonly string[],
): Promise<Omit<RunOptions, 'onEvent'>> {
  const { trace = false, shard } = values
  const history = historyOf(values, config)
  const wanted = needsOf(reports.specs)
  return {
    files: files ?? (await findScenarios(filesOf(positionals, config), config.ignore)),
    selection: selectionOf(values, history),
    ...times(values, config),
    ...amounts(values, config),
    ...switches(values, config),
    ...(shard === undefined ? {} : { shard: shardOf(shard) }),
    remembers: shard === undefined,
    wanted: { ...wanted, actions: wanted.actions || trace, diagnostics: true },
    reportFolder: reports.folder,
    history,
  }
}

/** What is named, what the config names, or the folder of that name. */
export function filesOf(positionals: readonly string[], config: Config): readonly string[] {
  if (positionals.length > 0) return positionals
  if (config.files !== undefined) return config.files
  if (fs.existsSync('scenarios')) return ['scenarios']
  throw new UsageError('which scenarios?', {
    code: 'TNET_ARGUMENT_MISSING',
    hint: 'name files or folders; without any, those in scenarios/ run. tnet-lab init writes a first one',
  })
}
