import { simpleCommands } from '../../compare/simple-command.ts'
import type { TypedCommand } from '../../typed/typed.ts'
import { inEnglish } from '../../typed/translations.ts'
import { WRAP } from '../../typed/typed.ts'
import { natureOfAll } from './nature.ts'

/** Kernel and tools refuse, whatever was typed. */
const REFUSED =
  /^(?:sudo: )?(?:RTNETLINK answers: |Cannot find device|Cannot open network namespace|Cannot create namespace|Device ["']?\S+["']? does not exist|Error: |SIOC\w+: |iptables(?: v[\d.]+ \S+)?: (?!.*warning)|ip6tables(?: v[\d.]+ \S+)?: |(?:-?bash|sh|zsh|-sh): .*(?:not found|No such file|denied|not permitted)|\S+: command not found|command not found|sysctl: (?:cannot|permission)|setting the network namespace|open: No such|mount: .*(?:failed|denied)|(?:can't|cannot) (?:add|delete|get) |bridge \S+ does not exist|device \S+ already exists|interface \S+ does not exist|Failed to |exec of .* failed|modprobe: (?:FATAL|ERROR)|command terminated with exit code [1-9]|exit status:? [1-9]|exit code:? [1-9]|.*: No such device|Object ["'].*["'] is unknown|Unknown device type)/
/** Traffic did not get there. */
const UNREACHED =
  /100% packet loss|Destination (?:Host|Net|Port|Protocol) (?:Unreachable|Prohibited)|[Nn]etwork is unreachable|[Nn]o route to host|[Cc]onnection refused|[Cc]onnection timed out|[Oo]peration timed out|timed out|[Oo]peration not permitted|Name or service not known|[Tt]emporary failure in name resolution|unknown host|[Cc]ould not resolve host|Failed to connect|Unable to connect|unable to connect|curl: \(\d+\)|Empty reply from server|NXDOMAIN|no servers could be reached|Received 0 response|Packet filtered|Destination unreachable/
/** Some of it did. */
const REACHED =
  /bytes from \S+|(?<!\d)(?:0|[1-9]\d?)% packet loss|\bsucceeded!|\bConnected to \b|200 OK/
/** Anything but lines that are left out. */
const PRINTED = /^(?!\s*(?:\.{3}|…)\s*$).*\S/
/** Its exit code is that of something behind it. */
const MIXED = /(?<!\|)\|(?!\|)|\|\||;\s*\S|\n\s*\S|&&\s*echo/

const bare = (text: string) => text.replace(/'[^']*'|"(?:\\.|[^"\\])*"/g, 'q')

const linesOf = ({ shown = [] }: TypedCommand) =>
  shown.map(text => inEnglish(text.replaceAll(WRAP, ' ')))
const natureOf = ({ text }: TypedCommand) => natureOfAll(text, simpleCommands(text))

/** A line of what is shown, and where it stands. */
export interface ShownLine {
  text: string
  line: number
}

function find(command: TypedCommand, pattern: RegExp): ShownLine | undefined {
  const lines = linesOf(command)
  const i = lines.findIndex(text => pattern.test(text))
  return i < 0
    ? undefined
    : { text: lines[i]!.trim(), line: (command.shownLine ?? command.line) + i }
}

/** The line of a command's output that says that it failed; undefined: none does. */
export function showsFailure(command: TypedCommand): ShownLine | undefined {
  if ((command.shown ?? []).length === 0) return undefined
  const nature = natureOf(command)
  if (nature === 'capture' || nature === 'server') return find(command, REFUSED)
  const refused = find(command, REFUSED)
  if (nature !== 'traffic') return refused
  if (find(command, REACHED) !== undefined) return undefined
  return find(command, UNREACHED) ?? refused
}

/** The line that says that it went well; undefined: nothing is shown, or nothing of the kind. */
export function showsSuccess(command: TypedCommand): ShownLine | undefined {
  if (showsFailure(command) !== undefined) return undefined
  if (natureOf(command) === 'traffic') {
    return (
      find(command, REACHED) ??
      (find(command, UNREACHED) === undefined ? find(command, PRINTED) : undefined)
    )
  }
  return find(command, PRINTED)
}

/** Whether how it ends says little about what is shown: pipes, lists, loops. */
export const isMixed = ({ text }: TypedCommand): boolean => MIXED.test(bare(text).trim())
