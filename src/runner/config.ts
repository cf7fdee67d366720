import fs from 'node:fs'
import path from 'node:path'
import { inspect } from 'node:util'
import { UsageError } from '../errors.ts'

/** What a project's `tnet-lab.config.ts` says; the command line says it over it. */
export interface Config {
  /** Files, folders and globs that `tnet-lab run` runs when it is told none. Default `['scenarios']`. */
  files?: readonly string[]
  /** Globs of files that are no scenarios, such as helpers in the same folder. */
  ignore?: readonly string[]
  /** How many sandboxes run at once. Default: as many as there are cores. */
  jobs?: number
  /** Milliseconds that a scenario may take. Default 30 000. */
  timeoutMs?: number
  /** Milliseconds that a step may take. Default: any. */
  stepTimeoutMs?: number
  /** How often a scenario that fails is tried again. Default 0. */
  retries?: number
  /** Every wait takes so many times longer: for slow machines. Default 1. */
  slow?: number
  /** Mebibytes that all processes of a sandbox may hold together. Default 1024. */
  memoryMiB?: number
  /** What everything random is made from. Default: another one for each run. */
  seed?: number
  /** In an order made from the seed. Default false. */
  shuffle?: boolean
  /** Each scenario in a fresh process. Default false. */
  isolate?: boolean
  /** What is missing on this machine is a failure, and no skip. Default false. */
  strict?: boolean
  /** `scenario.only` is a mistake. Default: in CI. */
  forbidOnly?: boolean
  /** Begin nothing more after so many failures. Default: go on. */
  bail?: number
  /** `terminal`, `html=report.html`, `junit`, `./mine.mjs`, … Default `['terminal']`, in GitHub's CI `github` too. */
  reporters?: readonly string[]
  /** Where reports and what is collected about failures go. Default `tnet-lab-report`. */
  report?: string
  /** Where durations and failures of earlier runs are kept. Default: in a cache. */
  history?: string
}

/**
 * Default-export it from `tnet-lab.config.ts`, beside package.json.
 *
 * @example
 * export default defineConfig({ files: ['scenarios'], jobs: 2, retries: 1, reporters: ['terminal', 'html'] })
 */
export function defineConfig(config: Config): Config {
  return config
}

type Rule = { is: (value: unknown) => boolean; like: string }

const text: Rule = { is: value => typeof value === 'string' && value !== '', like: 'text' }
const flag: Rule = { is: value => typeof value === 'boolean', like: 'true or false' }
const texts: Rule = {
  is: value => Array.isArray(value) && value.every(text.is),
  like: 'a list of texts',
}
const count = (least: number): Rule => ({
  is: value => Number.isInteger(value) && Number(value) >= least,
  like: `a whole number from ${least}`,
})
const positive: Rule = {
  is: value => typeof value === 'number' && value > 0 && Number.isFinite(value),
  like: 'a number above 0',
}

const rules: Record<keyof Config, Rule> = {
  files: texts,
  ignore: texts,
  jobs: count(1),
  timeoutMs: positive,
  stepTimeoutMs: positive,
  retries: count(0),
  slow: positive,
  memoryMiB: count(64),
  seed: count(0),
  shuffle: flag,
  isolate: flag,
  strict: flag,
  forbidOnly: flag,
  bail: count(1),
  reporters: texts,
  report: text,
  history: text,
}

function wrong(file: string, what: string, hint: string): UsageError {
  return new UsageError(`${file}: ${what}`, { code: 'TNET_CONFIG_INVALID', hint })
}

/** @throws UsageError TNET_CONFIG_INVALID for what is no config */
export function checkConfig(config: unknown, file: string): Config {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw wrong(
      file,
      'does not export a config',
      "export default defineConfig({ files: ['scenarios'] })",
    )
  }
  for (const [key, value] of Object.entries(config)) {
    const rule = Object.hasOwn(rules, key) ? rules[key as keyof Config] : undefined
    if (rule === undefined) {
      throw wrong(file, `there is no option "${key}"`, `there are ${Object.keys(rules).join(', ')}`)
    }
    if (value !== undefined && !rule.is(value)) {
      throw wrong(file, `${key} is ${rule.like}, not ${inspect(value)}`, 'mend it')
    }
  }
  return config
}

const NAMES = ['ts', 'mts', 'js', 'mjs'].map(kind => `tnet-lab.config.${kind}`)

/** The config of the project that this folder is in, by absolute path. */
export function findConfig(): string | undefined {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const found = NAMES.map(name => path.join(folder, name)).find(file => fs.existsSync(file))
    if (found !== undefined) return found
    const isTop = fs.existsSync(path.join(folder, 'package.json')) || folder === '/'
    if (isTop) return undefined
  }
}
