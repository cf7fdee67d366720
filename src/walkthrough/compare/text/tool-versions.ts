import type { ComparedOutput, Comparison, SimpleCommand } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { isComplaint } from './error-meaning.ts'

/** Of many tools `-v` lists more; then their first line has no version. */
const ASKS = /^(?:-[vV]|--?[vV]ersion|version)$/
const KERNEL = /^(?:-[a-z]*[arvmpi]|--(?:all|kernel-release|kernel-version|machine))/
const SYSTEM_FILE =
  /^(?:\/etc\/(?:[\w.]+-release|[a-z]+_version|issue)|\/usr\/lib\/os-release|\/proc\/version|\/proc\/sys\/kernel\/(?:osrelease|version))$/
/** `1.8.9`, `v4.99`, `iproute2-ss200127`, `iputils 20221126`; no address. */
const VERSION = /(?<![\d.])\d+\.\d+(?:\.\d+)?(?!\.?\d)|\b(?:ss|s)?\d{6,8}\b/
/** Of `iptables`: to whom in the kernel it talks. */
const BACKEND = /\((nf_tables|legacy)\)/

/** Whether a command asks which system this is, of which every word is the author's. */
function asksSystem({ program, args }: SimpleCommand): boolean {
  if (program === 'lsb_release') return true
  if (program === 'uname') return args.some(word => KERNEL.test(word))
  return /^(?:cat|head|e?grep)$/.test(program) && SYSTEM_FILE.test(args.at(-1) ?? '')
}

function asksTool({ args }: SimpleCommand): boolean {
  const [word = '', ...more] = args
  return more.length === 0 && ASKS.test(word)
}

const ASKS_HELP = /^(?:help|--help|-h|-\?)$/
const USAGE = /^\s*usage:\s*(?:\S*\/)?([\w.-]+)/i

/** How a tool is called: another version knows other words. */
function usage({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  if (!command.args.some(word => ASKS_HELP.test(word))) return undefined
  const wanted = shown.filter(line => line.trim() !== '' && !isLeftOut(line))
  const given = plainLines(seen).filter(line => line.trim() !== '')
  const [before, now] = [wanted, given].map(([first = '']) => USAGE.exec(first)?.[1])
  if (before === undefined || before !== now) return undefined
  const bare = (lines: readonly string[]) =>
    new Set(lines.map(line => line.replace(/\s+/g, ' ').trim()))
  const known = bare(given)
  const other = [...bare(wanted)].find(line => !known.has(line))
  const explanation = 'another version of it is called in other ways'
  const told = { what: `usage of ${command.program}`, shown: other ?? '', explanation }
  return { differences: [], explained: other === undefined ? [] : [told], leftOut: [] }
}

/** Whether a command prints which version of a tool, or of a system, there is. */
export const asksVersion = (command: SimpleCommand): boolean =>
  asksSystem(command) || asksTool(command)

/**
 * `nft -v`, `iptables -V`, `uname -r`, `cat /etc/os-release`: which version an author had is no
 * result. That iptables talks to another part of the kernel is told.
 */
export function toolVersions(output: ComparedOutput): Comparison | undefined {
  const { command, shown, seen } = output
  if (!asksVersion(command)) return usage(output)
  const wanted = shown.filter(line => line.trim() !== '' && !isLeftOut(line))
  const given = plainLines(seen)
  const isVersion = (lines: readonly string[]) =>
    (asksSystem(command) || VERSION.test(lines.slice(0, 2).join('\n'))) && !lines.some(isComplaint)
  if (!isVersion(wanted) || !isVersion(given)) return undefined
  const [before, now] = [wanted, given].map(lines => BACKEND.exec(lines.join('\n'))?.[1])
  const isOther = before !== undefined && now !== undefined && before !== now
  const backend = {
    what: `backend of ${command.program}`,
    shown: before ?? '',
    seen: now ?? '',
    explanation: 'it is installed so here; both take the same rules',
  }
  return { differences: [], explained: isOther ? [backend] : [], leftOut: [] }
}
