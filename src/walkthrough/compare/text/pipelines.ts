import { withoutHeredocs } from '../../plan/typing/heredoc.ts'
import type { SimpleCommand } from '../comparison.ts'
import { simpleCommands } from '../simple-command.ts'
import { asksVersion } from './tool-versions.ts'

const KEYWORD = /^\s*(?:(?:do|then|else|if|while|until|!|\{)\s+)+/
const NO_COMMAND = /^\s*(?:for|case|select|function)\s|^\s*(?:done|fi|esac|\})\s*$/
/** They hand on what they are given. */
const PASSES_ON = new Set(['tee', 'cat', 'less', 'more', 'most', 'column', 'ts', 'stdbuf'])
/** They print a piece of what they are given; of a version a piece is one too. */
const CUTS_OUT = new Set(['head', 'tail', 'cut', 'awk', 'gawk', 'sed', 'grep', 'egrep', 'tr'])
/** They print some of the lines that they are given, unless they count or cut them. */
const PICKS = new Set(['grep', 'egrep', 'fgrep', 'head', 'tail', 'sort', 'uniq'])
const COUNTS_OR_CUTS = /^-[A-Za-z]*[cloqL]|^--(?:bytes|count|only-matching|quiet|silent)/
const SHELLS = new Set(['bash', 'sh', 'dash', 'zsh', 'ash'])
/** They print nothing unless they fail. */
const SILENT = new Set(
  'cd export set unset alias source . true : sleep mkdir rmdir touch rm cp mv ln chmod chown kill pkill killall wait trap umount mount modprobe rmmod ulimit umask read local declare shopt exit exec logout hash'.split(
    ' ',
  ),
)
const CHANGES_BY_IP =
  /^(?:add|del|delete|set|change|chg|replace|append|flush|attach|prepend|r|a|d)$/
const CHANGES_BY_IPTABLES =
  /^(?:-[ADINPRXFZE]|--(?:append|delete|insert|new-chain|policy|replace|delete-chain|flush|zero|rename-chain))$/
const CHANGES_BY_NFT = /^(?:add|create|insert|replace|delete|flush|destroy)$/

/** Where a quote, a substitution or a comment that begins at `i` ends; `i` where none begins. */
function quoted(text: string, i: number): number {
  const char = text[i]
  if (char === '\\') return i + 1
  if (char === "'" || char === '"' || char === '`') {
    for (let j = i + 1; j < text.length; j++) {
      if (text[j] === '\\' && char !== "'") j++
      else if (text[j] === char) return j
    }
    return text.length
  }
  if (char === '#' && (i === 0 || /[\s;&|(]/.test(text[i - 1] ?? ''))) {
    const end = text.indexOf('\n', i)
    return (end === -1 ? text.length : end) - 1
  }
  return i
}

/** The texts between `;`, `&&`, `||`, `&` and newlines: a pipeline each. */
function splitLists(given: string): string[] {
  const text = withoutHeredocs(given).commands
  const parts: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const end = quoted(text, i)
    if (end !== i) {
      i = end
      continue
    }
    const two = text.slice(i, i + 2)
    const isRedirection = /[<>]&$|&>$/.test(text.slice(Math.max(0, i - 1), i + 1)) || two === '&>'
    if (two === '|&') i++
    if (isRedirection || two === '|&') continue
    if (two !== '&&' && two !== '||' && !/[;&\n]/.test(text[i] ?? '')) continue
    parts.push(text.slice(start, i))
    if (two === '&&' || two === '||') i++
    start = i + 1
  }
  parts.push(text.slice(start))
  return parts.map(part => part.trim()).filter(part => part !== '')
}

/** Whether stdout goes into a file. */
const isRedirected = (text: string) =>
  /(?:^|[^\d>&<-])1?>{1,2}(?!&)\s*[^\s>(]|&>/.test(text.replace(/'[^']*'|"[^"]*"/g, 'q'))

function isSilent({ program, args }: SimpleCommand): boolean {
  if (SILENT.has(program)) return true
  const [first = '', second = ''] = args.filter(arg => !arg.startsWith('-'))
  if (program === 'ip' || program === 'bridge') return CHANGES_BY_IP.test(second)
  if (/^ip6?tables/.test(program) || program === 'ebtables') {
    return args.some(arg => CHANGES_BY_IPTABLES.test(arg))
  }
  if (program === 'nft') return CHANGES_BY_NFT.test(first)
  if (program === 'brctl') return !first.startsWith('show')
  if (program === 'ifconfig') return args.filter(arg => !arg.startsWith('-')).length > 1
  if (program === 'route') return /^(?:add|del)$/.test(first)
  return false
}

/** What of a pipeline decides: its last command, or the one whose output `tee` and `cat` hand on. */
function printing(text: string): SimpleCommand[] {
  if (NO_COMMAND.test(text)) return []
  const commands = [...simpleCommands(text.replace(KEYWORD, ''))]
  while (commands.length > 1 && PASSES_ON.has(commands.at(-1)?.program ?? '')) commands.pop()
  const [first, ...rest] = commands
  if (first !== undefined && asksVersion(first) && rest.every(one => CUTS_OUT.has(one.program))) {
    return [first]
  }
  const last = commands.at(-1)
  if (last === undefined) return []
  const inner = last.args[last.args.findIndex(arg => /^-\w*c$/.test(arg)) + 1]
  if (SHELLS.has(last.program) && last.args.some(arg => /^-\w*c$/.test(arg)) && inner) {
    return printingCommands(inner)
  }
  return [last]
}

/**
 * The commands whose output one sees when this is typed, in order: the last of each pipeline. Those
 * that print nothing are left out, if others print.
 */
export function printingCommands(text: string): SimpleCommand[] {
  const all = splitLists(text).flatMap(part =>
    printing(part).map(command => ({ command, isQuiet: isRedirected(part) || isSilent(command) })),
  )
  const loud = all.filter(({ isQuiet }) => !isQuiet)
  return (loud.length > 0 ? loud : all.slice(-1)).map(({ command }) => command)
}

/** Whose lines a pipeline picks some of: `ip addr`, of `ip addr | grep inet | head -1`. */
export function pickedFrom(text: string): SimpleCommand | undefined {
  const [pipeline, ...more] = splitLists(text)
  if (pipeline === undefined || more.length > 0) return undefined
  const [first, ...rest] = simpleCommands(pipeline)
  const picks = ({ program, args }: SimpleCommand) =>
    PASSES_ON.has(program) || (PICKS.has(program) && !args.some(word => COUNTS_OR_CUTS.test(word)))
  return rest.length > 0 && rest.every(picks) ? first : undefined
}
