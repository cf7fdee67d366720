import path from 'node:path'
import { UsageError } from '../errors.ts'
import { OutputFile } from './output-file.ts'
import { ownReporter } from './own-reporter.ts'
import { isOwnReporter, readReporter } from './reporter-text.ts'
import type { Reporter, ReporterOutput } from './reporter.ts'

/** A reporter that was asked for. */
export interface ReporterSpec {
  name: string
  /** A file's path; `-` is standard output. */
  output: string
}

/** What each reads besides the scenarios' ends and expectations. */
export interface ReporterNeeds {
  actions: boolean
  commands: boolean
  topology: boolean
  captures: boolean
}

export interface ReporterPlace {
  /** Where files go that have no place of their own. */
  folder: string
  /** Print each action. */
  trace: boolean
}

const nothing: ReporterNeeds = { actions: false, commands: false, topology: false, captures: false }
const everything: ReporterNeeds = { actions: true, commands: true, topology: true, captures: true }

interface Kind {
  /** The file in the report folder that it writes; none for standard output. */
  file?: string
  needs: ReporterNeeds
  open: (output: () => ReporterOutput, place: ReporterPlace, file: string) => Promise<Reporter>
}

const kinds: Readonly<Record<string, Kind>> = {
  terminal: {
    needs: nothing,
    open: async (output, { trace }) => {
      const { terminalReporter } = await import('./terminal/terminal-reporter.ts')
      return terminalReporter({ output: output(), showsActions: trace })
    },
  },
  tap: {
    needs: nothing,
    open: async output => (await import('./tap/tap.ts')).tapReporter(output()),
  },
  jsonl: {
    file: 'events.jsonl',
    needs: everything,
    open: async output => (await import('./json-lines.ts')).jsonLinesReporter(output()),
  },
  junit: {
    file: 'junit.xml',
    needs: nothing,
    open: async output => (await import('./junit/junit.ts')).junitReporter(output()),
  },
  html: {
    file: 'index.html',
    needs: everything,
    open: async (_, __, file) => (await import('./html/html-reporter.ts')).htmlReporter({ file }),
  },
  github: {
    needs: { ...nothing, topology: true },
    open: async (output, _, file) => {
      const { githubReporter } = await import('./github/github.ts')
      const { GITHUB_STEP_SUMMARY: summaryFile, GITHUB_WORKSPACE: workspace } = process.env
      return githubReporter({
        output: output(),
        ...(file === '-' ? { token: process.getBuiltinModule('node:crypto').randomUUID() } : {}),
        ...(summaryFile === undefined || summaryFile === '' ? {} : { summaryFile }),
        ...(workspace === undefined || workspace === '' ? {} : { workspace }),
      })
    },
  },
}

const reporterNames = Object.keys(kinds)

/**
 * `html`, `html=FILE`, `tap=-` or `./my-reporter.mjs=FILE`.
 *
 * @throws UsageError for a reporter that is not there
 */
export function reporterSpec(text: string, folder: string): ReporterSpec {
  const { name, output } = readReporter(text)
  const kind = kinds[name]
  if (kind === undefined && !isOwnReporter(name)) {
    throw new UsageError(`there is no reporter "${name}"`, {
      code: 'TNET_REPORTER_UNKNOWN',
      hint: `there are ${reporterNames.join(', ')}; one of your own is a path: ./my-reporter.mjs`,
    })
  }
  if (output === '' || (name === 'html' && output === '-')) {
    throw new UsageError(`reporter "${name}" needs a file`, {
      code: 'TNET_REPORTER_UNKNOWN',
      hint: `${name}=report/${kind?.file ?? 'output'}`,
    })
  }
  const standard = kind?.file === undefined ? '-' : path.join(folder, kind.file)
  return { name, output: output ?? standard }
}

/** @throws UsageError when two write to one place; the annotations of `github` mix well */
export function refuseClashes(specs: readonly ReporterSpec[]): void {
  const taken = new Map<string, string>()
  for (const { name, output } of specs) {
    if (name === 'github') continue
    // One file may be called in several ways.
    const key = output === '-' ? '-' : path.resolve(output)
    const other = taken.get(key)
    if (other !== undefined) {
      const place = output === '-' ? 'standard output' : output
      throw new UsageError(`reporters "${other}" and "${name}" both write to ${place}`, {
        code: 'TNET_REPORTER_CLASH',
        hint: `give one of them a file: --reporter ${name}=FILE`,
      })
    }
    taken.set(key, name)
  }
}

/** Whether it does something else than to write to standard output. */
export const isElsewhere = ({ name, output }: ReporterSpec): boolean =>
  output !== '-' || name === 'github' || isOwnReporter(name)

/** What the events must have for these reporters. */
export function needsOf(specs: readonly ReporterSpec[]): ReporterNeeds {
  const needs = specs.map(({ name }) => kinds[name]?.needs ?? everything)
  const any = (key: keyof ReporterNeeds) => needs.some(need => need[key])
  return {
    actions: any('actions'),
    commands: any('commands'),
    topology: any('topology'),
    captures: any('captures'),
  }
}

/** Opens what a reporter writes to, and loads it. */
export async function openReporter(spec: ReporterSpec, place: ReporterPlace): Promise<Reporter> {
  const { name, output } = spec
  let file: OutputFile | undefined
  const open = () => (output === '-' ? process.stdout : (file = new OutputFile(output)))
  const reporter = await (kinds[name]?.open(open, place, output) ?? ownReporter(name, open))
  const close = reporter.close?.bind(reporter)
  reporter.close = async () => {
    try {
      await close?.()
    } finally {
      file?.close()
    }
  }
  return reporter
}
