import type { Walked, WalkPlanned } from '../../runner/events.ts'
import { clipped } from '../clipped.ts'
import { notReachedOf, type Counts } from './walk.ts'

const LONGEST_NAME = 40

/** A verdict as people say it. */
export const VERDICT_WORDS: Readonly<Record<Walked['verdict'], string>> = {
  ran: 'ran',
  'as-shown': 'as shown',
  differs: 'differs',
  failed: 'failed though the document shows success',
  succeeded: 'succeeded though the document shows failure',
  'not-run': 'not run',
  'cannot-judge': 'cannot be judged here',
}

/** `42 commands: 40 run, 31 confirmed, 1 differs, 1 not run` */
export function countsText(counts: Counts): string {
  const { found, run, confirmed, differing, notRun, cannotJudge } = counts
  const some = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`])
  const said = [
    `${run} run`,
    `${confirmed} confirmed`,
    ...some(differing, differing === 1 ? 'differs' : 'differ'),
    ...some(notRun, 'not run'),
    ...some(cannotJudge, 'cannot be judged here'),
    ...some(notReachedOf(counts), 'not reached'),
  ]
  const commands = `${found} command${found === 1 ? '' : 's'}`
  return found === 0 ? 'no commands' : `${commands}: ${said.join(', ')}`
}

/** `42 commands, 1 wrong` */
export function shortCounts({ found, confirmed, differing }: Counts): string {
  const commands = `${found} command${found === 1 ? '' : 's'}`
  return differing > 0 ? `${commands}, ${differing} wrong` : `${commands}, ${confirmed} confirmed`
}

/** `line 430: it is the source of a packet; if not, "gateway: 192.0.2.254"` */
export const whyOf = ({ line, why, instead }: WalkPlanned['guesses'][number]) =>
  `${line === undefined ? '' : `line ${line}: `}${why}${instead === undefined ? '' : `; if not, "${instead}"`}`

/** Where it is typed, as far as that is not plain: `node1 ns1 $`, `terminal 2 $`. */
export function promptOf(
  { host, terminal, namespace }: Walked,
  plan: WalkPlanned | undefined,
): string {
  const hosts = new Set(plan?.parts.flatMap(part => part.hosts))
  const window = terminal === undefined ? undefined : `terminal ${terminal}`
  return [hosts.size > 1 ? host : undefined, window, namespace, '$']
    .filter(word => word !== undefined)
    .map(word => clipped(word, LONGEST_NAME))
    .join(' ')
}

/** `drawings (lines 12, 40), Go (line 300)` */
export function leftAloneText(leftAlone: WalkPlanned['leftAlone']): string {
  const lines = new Map<string, number[]>()
  for (const { what, line } of leftAlone) lines.set(what, [...(lines.get(what) ?? []), line])
  return [...lines]
    .map(([what, at]) => `${what} (${at.length === 1 ? 'line' : 'lines'} ${at.join(', ')})`)
    .join(', ')
}
