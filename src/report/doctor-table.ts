import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'
import { colourLevel, coloursOf } from './terminal/colours.ts'

/** What `tnet-lab doctor --json` prints. */
export interface DoctorReport {
  version: 1
  /** Whether scenarios can run here; `problems` says why not. */
  ready: boolean
  problems: string[]
  machine: { kernel: string; architecture: string; loadsModules: boolean }
  node: { version: string; required: string; isSupported: boolean }
  sandbox: SandboxReport
  features: FeatureReport[]
  tools: ToolReport[]
  packages: {
    essential: string[]
    optional: string[]
    /** Installs all of them, where there is apt-get. */
    command?: string
  }
}

export interface SandboxReport {
  available: boolean
  mode: 'root' | 'root of a user namespace' | 'rootless'
  reason?: string
  /** Any one of these would allow it. */
  commands: string[]
}

export interface FeatureReport {
  name: string
  group: string
  purpose: string
  essential: boolean
  available: boolean
  reason?: string
  command?: string
  /** What does the same in userspace, with the same bytes on the wire. */
  standIn?: { with: string; available: boolean; reason?: string }
}

export interface ToolReport {
  name: string
  essential: boolean
  /** The Debian package that brings it. */
  package: string
  path?: string
  version?: string
  /** Why what is there does not do. */
  problem?: string
}

const chalk = coloursOf(colourLevel(process.stdout, process.env))
const yes = chalk.green('yes')
const no = (isEssential: boolean) => (isEssential ? chalk.red('no') : chalk.yellow('no'))
const isUsable = (tool: ToolReport) => tool.path !== undefined && tool.problem === undefined

/** Rules only above, below and between the groups; the last column takes what room is left, and breaks no word. */
function table(columns: number, groups: readonly (readonly string[][])[]): string {
  const rows = groups.flat()
  const widest = (i: number) =>
    Math.max(0, ...rows.map(row => stripVTControlCharacters(row[i] ?? '').length)) + 2
  const widths = Array.from({ length: (rows[0]?.length ?? 1) - 1 }, (_, i) => widest(i))
  const left = columns - widths.reduce((sum, width) => sum + width + 1, 2)
  const words = rows.flatMap(row => (row.at(-1) ?? '').split(/\s+/))
  const longest = Math.max(...words.map(word => word.length)) + 2
  const last = Math.max(longest, Math.min(left, widest(widths.length)))
  const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }
  return groups
    .map((group, i) => {
      const isLast = i === groups.length - 1
      const joined = isLast
        ? {}
        : { bottom: '', 'bottom-left': '', 'bottom-right': '', 'bottom-mid': '' }
      const below = i === 0 ? {} : { 'top-left': '├', 'top-mid': '┼', 'top-right': '┤' }
      const one = new Table({
        chars: { ...chars, ...joined, ...below },
        colWidths: [...widths, last],
        wordWrap: true,
        style: { head: [], border: [] },
      })
      one.push(...group.map(row => [...row]))
      return one.toString()
    })
    .join('\n')
}

function featureRow(feature: FeatureReport): string[] {
  const { name, purpose, essential, available, reason = '', standIn } = feature
  if (available) return [name, yes, purpose]
  const instead =
    standIn === undefined
      ? ''
      : standIn.available
        ? `; ${standIn.with} stands in for it`
        : `; ${standIn.with} could stand in for it, but ${standIn.reason}`
  return [name, no(essential), `${purpose}: ${reason}${instead}`]
}

function featureTable({ features, sandbox }: DoctorReport, columns: number): string {
  if (!sandbox.available) return '  not tried, for want of a sandbox'
  const groups = [...new Set(features.map(({ group }) => group))]
  return table(
    columns,
    groups.map(name => features.filter(({ group }) => group === name).map(featureRow)),
  )
}

function toolRow(tool: ToolReport): string[] {
  const { name, essential, path, version = 'unknown version', problem } = tool
  if (path === undefined) return [name, no(essential), 'missing', `Debian package ${tool.package}`]
  if (problem !== undefined) return [name, no(essential), version, `${path}: ${problem}`]
  return [name, yes, version, path]
}

function toolTable({ tools }: DoctorReport, columns: number): string {
  const ofKind = (essential: boolean) => tools.filter(tool => tool.essential === essential)
  return table(columns, [ofKind(true).map(toolRow), ofKind(false).map(toolRow)])
}

function sandboxLines({ sandbox }: DoctorReport): string[] {
  if (sandbox.available) {
    const how = sandbox.mode === 'rootless' ? 'rootless, by a user namespace' : `as ${sandbox.mode}`
    return [`  ${yes}, ${how}`]
  }
  return [
    `  ${no(true)}: ${sandbox.reason}`,
    ...sandbox.commands.map((command, i) => `  ${i === 0 ? 'try' : 'or '}  ${chalk.cyan(command)}`),
  ]
}

/** One line for each command, with all that it brings. */
function commandLines(features: readonly FeatureReport[]): string[] {
  const brings = new Map<string, string[]>()
  for (const { name, command } of features) {
    if (command !== undefined) brings.set(command, [...(brings.get(command) ?? []), name])
  }
  return [...brings].map(([command, names]) => `  ${chalk.cyan(command)}  # ${names.join(', ')}`)
}

function packageLines({ packages, tools }: DoctorReport): string[] {
  const { essential, optional, command } = packages
  const uses = (name: string) =>
    tools.filter(tool => tool.package === name && !isUsable(tool)).map(tool => tool.name)
  const named = (names: readonly string[]) =>
    names.map(name => `${name} (${uses(name).join(', ')})`).join(', ')
  return [
    ...(essential.length > 0 ? [`  needed: ${chalk.red(named(essential))}`] : []),
    ...(optional.length > 0 ? [`  optional: ${named(optional)}`] : []),
    ...(command === undefined ? [] : [`  ${chalk.cyan(command)}`]),
  ]
}

const section = (title: string, ...lines: readonly string[]) =>
  lines.length === 0 ? [] : [chalk.bold(title), ...lines, '']

/** The report as people read it, in at most `columns`, commands apart: those are never broken. */
export function doctorText(report: DoctorReport, columns = 100): string {
  const { machine, node, ready, problems } = report
  const modules = machine.loadsModules ? '' : ', no loadable modules'
  return [
    ...section(
      'machine',
      `  Linux ${machine.kernel}, ${machine.architecture}${modules}`,
      `  Node.js ${node.version} ${node.isSupported ? chalk.green('is supported') : chalk.red('is not supported')} (${node.required})`,
    ),
    ...section('sandbox', ...sandboxLines(report)),
    ...section('kernel features', featureTable(report, columns)),
    ...section('tools, those that are needed first', toolTable(report, columns)),
    ...section('to add kernel features', ...commandLines(report.features)),
    ...section('to add Debian packages', ...packageLines(report)),
    ready ? chalk.green('Scenarios can run here.') : chalk.red('Scenarios cannot run here:'),
    ...problems.map(problem => `  ${problem}`),
    '',
  ].join('\n')
}
