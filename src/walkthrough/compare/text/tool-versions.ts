import type { ComparedOutput, Comparison } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { isComplaint } from './error-meaning.ts'

/** Of many tools `-v` lists more; then their first line has no version. */
const ASKS = /^(?:-[vV]|--?[vV]ersion|version)$/
/** `1.8.9`, `v4.99`, `iproute2-ss200127`, `iputils 20221126`; no address. */
const VERSION = /(?<![\d.])\d+\.\d+(?:\.\d+)?(?!\.?\d)|\b(?:ss|s)?\d{6,8}\b/
/** Of `iptables`: to whom in the kernel it talks. */
const BACKEND = /\((nf_tables|legacy)\)/

/**
 * `nft -v`, `iptables -V`, `ip -V`, `tcpdump --version`: which version an author had is no result.
 * That iptables talks to another part of the kernel is told.
 */
export function toolVersions({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  const [word = '', ...more] = command.args
  if (more.length > 0 || !ASKS.test(word)) return undefined
  const wanted = shown.filter(line => line.trim() !== '' && !isLeftOut(line))
  const given = plainLines(seen)
  const isVersion = (lines: readonly string[]) =>
    VERSION.test(lines.slice(0, 2).join('\n')) && !lines.some(isComplaint)
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
