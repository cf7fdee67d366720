import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type {
  RunEnd,
  RunEvent,
  RunStart,
  ScenarioEnd,
  ScenarioStart,
} from '../../src/runner/events.ts'
import { ended, scratch, start, type Ended } from '../cli/command-line.ts'
import { brokenRules } from './stream-rules.ts'

interface Test {
  teardown: (undo: () => void) => void
}

/** A run as its event stream tells it. */
export interface Ran extends Ended {
  events: RunEvent[]
  start: RunStart | undefined
  starts: ScenarioStart[]
  ends: ScenarioEnd[]
  /** `name passed`, one for each attempt, in the order in which they ended. */
  outcomes: string[]
  end: RunEnd | undefined
  /** What the stream does that reports/README.md says it never does. */
  broken: string[]
}

export type Files = Readonly<Record<string, string>>

/** What the machine or its CI may say to a run, unsaid. */
const quiet = {
  CI: undefined,
  GITHUB_ACTIONS: undefined,
  TNET_SLOW: undefined,
  FORCE_COLOR: undefined,
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv
  /** A folder below the project's. */
  from?: string
  /** Before Node and the command. */
  through?: readonly string[]
}

/** A folder of scenarios that goes when the test does. */
export class Project {
  readonly folder: string
  /** Stands in the environment of all that its runs start, wherever that ends up. */
  readonly mark = `TNET_TEST_MARK=${randomUUID()}`

  constructor(t: Test, files: Files = {}) {
    this.folder = scratch(t)
    this.write(files)
  }

  path(name: string): string {
    return path.join(this.folder, name)
  }

  write(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(this.path(name)), { recursive: true })
      fs.writeFileSync(this.path(name), text)
    }
  }

  read(name: string): string {
    return fs.readFileSync(this.path(name), 'utf8')
  }

  has(name: string): boolean {
    return fs.existsSync(this.path(name))
  }

  /** `tnet-lab run` in it, whose caches stay inside. */
  start(args: readonly string[], { env = {}, from = '.', through = [] }: RunOptions = {}) {
    const [name = '', value] = this.mark.split('=')
    return start(['run', ...args], {
      through,
      cwd: this.path(from),
      env: { ...quiet, XDG_CACHE_HOME: this.path('.cache'), [name]: value, ...env },
    })
  }

  /** Runs what there is, and reads the events of it. */
  async run(args: readonly string[] = [], options: RunOptions = {}): Promise<Ran> {
    fs.rmSync(this.path('report'), { recursive: true, force: true })
    const reported = [...args, '--report', this.path('report')]
    return this.told(await ended(this.start(reported, options)))
  }

  /** The same, as it is without a word about reports. */
  runBare(args: readonly string[] = [], options: RunOptions = {}): Promise<Ended> {
    return ended(this.start(args, options))
  }

  /** The events of the run that ended last. */
  told(result: Ended): Ran {
    const name = 'report/events.jsonl'
    const lines = this.has(name)
      ? this.read(name)
          .split('\n')
          .filter(line => line !== '')
      : []
    const events = lines.map(line => JSON.parse(line) as RunEvent)
    const of = <T extends RunEvent['type']>(type: T) =>
      events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type)
    const ends = of('scenario-end')
    return {
      ...result,
      events,
      start: of('run-start')[0],
      starts: of('scenario-start'),
      ends,
      outcomes: ends.map(({ name, status }) => `${name} ${status}`),
      end: of('run-end')[0],
      broken: events.length === 0 ? [] : brokenRules(events),
    }
  }
}

/** Runs scenarios that are given as text: all of them in order of name, unless `args` say which. */
export function runFiles(t: Test, files: Files, args: readonly string[] = ['.']): Promise<Ran> {
  return new Project(t, files).run(args)
}

/** A file of one scenario, called `name`, whose body is `body`. */
export function scenarioFile(name: string, body = '', options = ''): string {
  const more = options === '' ? '' : `${options}, `
  return `import { expect, scenario, UsageError, EnvironmentError } from 'tnet-lab'
void [expect, UsageError, EnvironmentError]
export default scenario(${JSON.stringify(name)}, ${more}async ({ lab, step, note, skip, random }) => {
void [lab, step, note, skip, random]
${body}
})
`
}

/** A file of anything, which has `scenario` at hand. */
export const file = (text: string) => `import { scenario } from 'tnet-lab'\n${text}\n`
