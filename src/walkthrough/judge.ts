import type { Comparison, Difference } from './compare/comparison.ts'
import { compare } from './compare/compare.ts'
import { simpleCommands } from './compare/simple-command.ts'
import { sendsPackets } from './host/looking.ts'
import { saidOf, sentencesOf } from './plan/steps/result-words.ts'
import { besideGivenNamespaces, besideMadeUpPages, besideNumbers } from './made-up.ts'
import type { OutsidePlan, PlannedStep } from './plan/walk-plan.ts'
import { ipWords } from './plan/typing/ip-words.ts'
import { isInBackground } from './typed/started-jobs.ts'
import { unjudged } from './unjudged.ts'
import { isWrong, type Verdict, type WalkedStep } from './verdict.ts'

/** What a command did. */
export interface Ran {
  /** undefined: it was not over in time. */
  exitCode: number | undefined
  /** A person would have stopped it; how it ended says nothing. */
  wasStopped: boolean
  output: string
}

export interface Circumstances {
  isStrict: boolean
  /** Why what fails from here on may fail for another reason than the document's. */
  doubt?: string
  /** Of its part, in the order they are run in: a capture sees what others of them send. */
  steps?: readonly PlannedStep[]
  /** Who answers behind the gateway. */
  outside?: readonly OutsidePlan[]
  /** That are there from the beginning. */
  namespaces?: ReadonlySet<string>
}

export type Judgement = Pick<
  WalkedStep,
  'verdict' | 'reason' | 'differences' | 'explained' | 'leftOut'
>

/** They say by their exit code what they found. */
const ANSWERS_BY_EXIT = new Set(['grep', 'egrep', 'fgrep', 'diff', 'cmp', 'test', '[', 'false'])

const ERRORS_AWAY = /(?:&>>?|2>>?|>&)\s*\/dev\/null|>\s*\/dev\/null\s+2>&1/
const CLOSING = /^(?:\}|done|fi|esac)$/

/** `ip link del br0 2>/dev/null`: what may not be there is to be gone; that it was not is no news. */
function isClearing(text: string): boolean {
  if (!ERRORS_AWAY.test(text)) return false
  const last = simpleCommands(text).findLast(({ program }) => !CLOSING.test(program))
  if (last === undefined) return false
  const { program, args } = last
  if (program === 'ip') return /^(?:delete|flush)$/.test(ipWords(last)?.action ?? '')
  if (/^(?:rm|rmdir|rmmod|umount|kill|pkill|killall)$/.test(program)) return true
  if (/^(?:ip6?|eb|arp)tables$/.test(program)) return args.some(arg => /^-[DFX]$/.test(arg))
  return args.some(arg => /^(?:del(?:ete|br|if|-br|-port)?|flush)$/.test(arg))
}

/** Of a comparison, what a report tells. */
function told({ differences, explained, leftOut }: Comparison): Partial<Judgement> {
  return {
    ...(differences.length === 0 ? {} : { differences }),
    ...(explained.length === 0 ? {} : { explained }),
    ...(leftOut.length === 0 ? {} : { leftOut }),
  }
}

/** Whether it failed, by its exit code or, of a ping, by what it lost. */
export function hasFailed(text: string, { exitCode, wasStopped, output }: Ran): boolean {
  const last = simpleCommands(text).at(-1)
  if (last?.program.startsWith('ping') === true && /\b\d+ received\b/.test(output)) {
    return /\b100% packet loss/.test(output)
  }
  if (wasStopped || exitCode === 0) return false
  if (exitCode === 1 && last !== undefined && ANSWERS_BY_EXIT.has(last.program)) return false
  return true
}

/**
 * Whether all that is sent while a step runs is expected to be answered. Words around it that say
 * otherwise mean what it captures: on this link nothing came back.
 */
function isAnswered(step: PlannedStep, steps: readonly PlannedStep[]): boolean {
  const { command, endsAfter = steps.length } = step
  const words = [...command.before, ...command.after].flatMap(sentencesOf)
  if (words.some(sentence => saidOf(sentence) === 'failure')) return false
  const sent = steps
    .slice(steps.indexOf(step) + 1, endsAfter + 1)
    .filter(({ command: { text } }) => sendsPackets(text))
    // What is expected of one that is typed again stands where it is typed first.
    .map(one => steps.find(other => other.number === one.number && other.isRepeat !== true) ?? one)
  return sent.length > 0 && sent.every(({ expects }) => expects === 'success')
}

const REQUEST = /"(?:GET|HEAD|POST|PUT) \S* HTTP\/[\d.]+" \d/

/** What a server in the background says at once, and what it says when somebody asks. */
function saidLater(shown: readonly string[]): [said: string[], later: Difference[]] {
  const explanation = 'it is said later, when somebody asks'
  return [
    shown.filter(line => !REQUEST.test(line)),
    shown
      .filter(line => REQUEST.test(line))
      .map(line => ({ what: 'request', shown: line.trim(), explanation })),
  ]
}

function verdictOf(
  step: PlannedStep,
  ran: Ran,
  { isStrict, steps = [], outside = [], namespaces = new Set() }: Circumstances,
): Judgement {
  const { command, expects, kind } = step
  const { text, shown } = command
  const failed = hasFailed(text, ran)
  const { output: seen } = ran
  const isOver = ran.exitCode !== undefined || kind === 'until-stopped'
  if (shown !== undefined && shown.length > 0) {
    const exitCode = ran.exitCode ?? null
    const answered = kind === 'until-stopped' && isAnswered(step, steps)
    const [said, later] =
      kind === 'command' && isInBackground(text) ? saidLater(shown) : [shown, []]
    const found = compare(text, { shown: said, seen, exitCode, isStrict, isAnswered: answered })
    const pages = isStrict
      ? found
      : besideNumbers(
          besideGivenNamespaces(besideMadeUpPages(found, { text, seen }, outside), namespaces),
          { text, shown, seen },
        )
    const compared = { ...pages, explained: [...pages.explained, ...later] }
    if (compared.differences.length === 0 && isOver) {
      return { verdict: 'as-shown', ...told(compared) }
    }
    const verdict: Verdict =
      expects === 'success' && failed
        ? 'failed'
        : expects === 'failure' && !failed
          ? 'succeeded'
          : 'differs'
    return { verdict, ...told(compared) }
  }
  if (expects === 'failure') return { verdict: failed ? 'as-shown' : 'succeeded' }
  return { verdict: (failed && !isClearing(text)) || !isOver ? 'failed' : 'ran' }
}

/**
 * What to make of a command that is over. What cannot be judged here is never a pass, and neither is
 * a failure that the document shows, where it may have come about for another reason.
 */
export function judge(step: PlannedStep, ran: Ran, circumstances: Circumstances): Judgement {
  const { doubt } = circumstances
  const { text } = step.command
  const impossible = unjudged(step, ran, circumstances)
  if (impossible !== undefined) return impossible
  const judgement = verdictOf(step, ran, circumstances)
  const confirmsFailure = judgement.verdict === 'as-shown' && hasFailed(text, ran)
  if (doubt !== undefined && (isWrong(judgement.verdict) || confirmsFailure)) {
    return { ...judgement, verdict: 'cannot-judge', reason: doubt }
  }
  if (ran.exitCode === undefined && !ran.wasStopped) {
    return { ...judgement, reason: 'it was not over in time, and was ended' }
  }
  return judgement
}
