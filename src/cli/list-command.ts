import { explain } from '../errors.ts'
import { list, type ListedFile } from '../runner/list.ts'
import type { CollectedScenario } from '../runner/worker-task.ts'
import { configOf } from './config-of.ts'
import { parseRun, reportsOf, runOptionsOf } from './run-flags.ts'

const listHelp = `Usage: tnet-lab list [FILE…] [options]

Shows what tnet-lab run would run with the same arguments, and runs nothing.

Options:
      --json             one JSON object a scenario and line
  -h, --help             print this
  and those of tnet-lab run that choose: --filter, --tag, --last-failed, --shard,
  --history, --forbid-only, --shuffle, --seed, --config

Examples:
  tnet-lab list
  tnet-lab list scenarios --tag overlay
  tnet-lab list --shard 1/3 --json
`

/** What would move a terminal's cursor is shown, not obeyed. */
const plain = (text: string) =>
  text.replace(/[\0-\x1f\x7f-\x9f]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)

function marks({ mode, reason, tags }: CollectedScenario): string {
  const words = [
    ...(mode === 'run' ? [] : [reason === undefined ? mode : `${mode}: ${reason}`]),
    ...tags.map(tag => `#${tag}`),
  ]
  return words.length === 0 ? '' : `  (${words.map(plain).join(' ')})`
}

function* lines(files: readonly ListedFile[]): Generator<string> {
  for (const { file, scenarios, error } of files) {
    yield plain(file)
    if (error !== undefined) yield explain(error).replace(/^/gm, '  ')
    for (const scenario of scenarios) {
      const line = scenario.line === undefined ? '' : `:${scenario.line}`
      yield `  ${line.padEnd(5)} ${plain(scenario.name)}${marks(scenario)}`
    }
  }
  const count = files.reduce((sum, { scenarios }) => sum + scenarios.length, 0)
  const among = new Set(files.map(({ file }) => file)).size
  const s = (n: number) => (n === 1 ? '' : 's')
  yield ''
  yield `${count} scenario${s(count)} in ${among} file${s(among)}`
}

function* jsonLines(files: readonly ListedFile[]): Generator<string> {
  for (const { file, scenarios, error } of files) {
    if (error !== undefined) yield JSON.stringify({ file, error })
    for (const scenario of scenarios) yield JSON.stringify({ file, ...scenario })
  }
}

/** @returns the exit code: 2 when a file cannot be read */
export async function listCommand(args: string[]): Promise<number> {
  const isJson = args.includes('--json')
  const parsed = parseRun(
    'list',
    args.filter(arg => arg !== '--json'),
  )
  if (parsed.values.help === true) {
    process.stdout.write(listHelp)
    return 0
  }
  const config = await configOf(parsed.values)
  const options = await runOptionsOf(parsed, config, reportsOf(parsed.values, config))
  const files = await list({ ...options, onEvent: () => {} })
  const text = [...(isJson ? jsonLines(files) : lines(files))].map(line => `${line}\n`).join('')
  process.stdout.write(text)
  return files.some(({ error }) => error !== undefined) ? 2 : 0
}
