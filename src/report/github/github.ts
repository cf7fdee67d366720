import fs from 'node:fs/promises'
import { EnvironmentError } from '../../errors.ts'
import type { RunEnd, RunEvent } from '../../runner/events.ts'
import type { Reporter, ReporterOutput } from '../reporter.ts'
import { Verdicts } from '../verdicts.ts'
import { scenarioLabel } from '../scenario-label.ts'
import { Annotations } from './annotations.ts'
import type { Ending } from './interruption.ts'
import { Summary } from './summary.ts'
import { workflowCommand } from './workflow-command.ts'

export interface GithubOptions {
  /** Where the runner reads workflow commands: the step's standard output. */
  output: ReporterOutput
  /** `$GITHUB_STEP_SUMMARY`; none is written without. */
  summaryFile?: string
  /** `$GITHUB_WORKSPACE`: the folder of the repository, which annotations' files are relative to. */
  workspace?: string
  /**
   * Something that nobody can guess: what scripts print meanwhile is then no command, even if it
   * looks like one. GitHub obeys `::…` at the start of any line of a step's output.
   */
  token?: string
}

/** GitHub refuses a step's summary of more than 1 MiB as a whole; some is left for other writers. */
const LONGEST_SUMMARY = 1024 * 1024 - 16 * 1024

const noRoom = workflowCommand({
  level: 'warning',
  title: 'tnet-lab',
  message: 'What this step wrote before left no room in its summary.',
})

class Github {
  readonly #options: GithubOptions
  readonly #verdicts = new Verdicts()
  readonly #annotations: Annotations
  readonly #summary = new Summary()
  #end: RunEnd | undefined

  constructor(options: GithubOptions) {
    this.#options = options
    this.#annotations = new Annotations(options.workspace)
  }

  tell(event: RunEvent): void {
    if (event.type === 'run-start') {
      this.#summary.begin(event)
      this.#obey(false)
    }
    const verdict = this.#verdicts.tell(event)
    if (verdict !== undefined) {
      this.#annotations.tell(verdict)
      this.#summary.tell(verdict)
    }
    if (event.type === 'run-end') {
      this.#end = event
      this.#annotate()
    }
  }

  get #ending(): Ending {
    const unfinished = this.#verdicts.running.map(start => scenarioLabel(start))
    return { end: this.#end, unfinished }
  }

  #obey(obeys: boolean): void {
    const { token, output } = this.#options
    if (token !== undefined) output.write(obeys ? `::${token}::\n` : `::stop-commands::${token}\n`)
  }

  #annotate(): void {
    const { output } = this.#options
    this.#obey(true)
    for (const one of this.#annotations.all(this.#ending)) output.write(workflowCommand(one))
  }

  async close(): Promise<void> {
    if (this.#end === undefined) this.#annotate()
    const { summaryFile } = this.#options
    if (summaryFile === undefined) return
    try {
      // Other commands of the same step write to the same file.
      const { size } = await fs.stat(summaryFile).catch(() => ({ size: 0 }))
      const text = this.#summary.text(this.#ending, LONGEST_SUMMARY - size)
      if (text === '') this.#options.output.write(noRoom)
      await fs.appendFile(summaryFile, text)
    } catch (error) {
      throw new EnvironmentError(`could not write the job summary to ${summaryFile}`, {
        code: 'TNET_REPORT_UNWRITABLE',
        hint: 'GITHUB_STEP_SUMMARY names a file that this user may write to, or nothing',
        facts: { error: (error as Error).message },
        cause: error,
      })
    }
  }
}

/**
 * For GitHub Actions: annotations at the lines that failed, and a job summary with a table of all
 * scenarios, the errors, and drawings of what was built.
 */
export function githubReporter(options: GithubOptions): Reporter {
  return new Github(options)
}
