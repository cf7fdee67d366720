import type { SimpleCommand } from '../comparison.ts'

/** A row of `ps`, `lsns` or `pgrep -a`. */
export interface ListedProcess {
  pid: number
  /** With the program's name alone, without its folder. */
  command: string
  /** Of `lsns`: the type of namespace. */
  type?: string
}

/** Where in a row, from 0, words of it stand. */
interface Columns {
  pid: number
  command: number
  type?: number
  /** Of `lsns`: what may stand before the command, and be left out. */
  hasNetns?: boolean
}

/** ps(1), lsns(8), pgrep(1): what they print when nobody names columns; undefined: somebody does. */
function usualColumns({ program, args }: SimpleCommand): Columns | undefined {
  if (args.some(word => /^-?-?(?:o|O|format|output)\b|^-\w*o/.test(word))) return undefined
  if (program === 'lsns') return { pid: 3, command: 5, type: 1, hasNetns: true }
  if (program === 'pgrep') {
    return args.some(word => /^-\w*[al]/.test(word)) ? { pid: 0, command: 1 } : undefined
  }
  if (program !== 'ps') return undefined
  const [first = ''] = args
  if (/^[^-]*u/.test(first)) return { pid: 1, command: 10 }
  if (/^-\w*f/.test(first)) return { pid: 1, command: 7 }
  return { pid: 0, command: first.startsWith('-') || first === '' ? 3 : 4 }
}

/** `  NS TYPE NPROCS PID USER NETNSID NSFS COMMAND`: as its words say. */
function columnsOf(heading: string): Columns | undefined {
  const words = heading.trim().split(/\s+/)
  const pid = words.indexOf('PID')
  const last = words.findIndex(word => /^(?:CMD|COMMAND|ARGS)$/.test(word))
  if (pid === -1 || last !== words.length - 1) return undefined
  const netns = words.findIndex(word => word === 'NETNSID' || word === 'NSFS')
  const type = words.indexOf('TYPE')
  return {
    pid,
    command: netns === -1 ? last : netns,
    ...(type === -1 ? {} : { type }),
    hasNetns: netns !== -1,
  }
}

/** ps draws which process started which: ` \_ sleep 10`. */
const TREE = /^(?:[|\\_ ]|[├└│─])+/

function processOf(line: string, columns: Columns): ListedProcess | undefined {
  const words = line.trim().split(/\s+/)
  const pid = Number(words[columns.pid])
  const rest = words.slice(columns.command)
  const type = columns.type === undefined ? undefined : words[columns.type]
  if (columns.hasNetns === true) {
    if (/^(?:unassigned|\d+)$/.test(rest[0] ?? '')) rest.shift()
    if (/^\/(?:var\/)?run\/(?:docker\/)?netns\//.test(rest[0] ?? '')) rest.shift()
  }
  const command = rest
    .join(' ')
    .replace(TREE, '')
    .replace(/^[^\s[]*\//, '')
  if (!Number.isInteger(pid) || command === '') return undefined
  return { pid, command, ...(type === undefined ? {} : { type }) }
}

/** Under a heading, or of somebody who picked lines out; undefined: it lists no processes. */
export function listedProcesses(
  command: SimpleCommand,
  lines: readonly string[],
): ListedProcess[] | undefined {
  if (!/^(?:ps|lsns|pgrep)$/.test(command.program)) return undefined
  const given = lines.filter(line => line.trim() !== '')
  const at = given.findIndex(line => columnsOf(line) !== undefined)
  const columns = at === -1 ? usualColumns(command) : columnsOf(given[at] ?? '')
  if (columns === undefined) return undefined
  const rows = given.slice(at + 1).map(line => processOf(line, columns))
  return rows.every(row => row !== undefined) ? rows : undefined
}
