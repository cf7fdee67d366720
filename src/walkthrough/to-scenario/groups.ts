import stringWidth from 'string-width'
import type { PlannedStep } from '../plan/walk-plan.ts'

/** Steps of a document that belong together, and what they are about. */
export interface StepGroup {
  title: string
  steps: { step: PlannedStep; index: number }[]
}

/** Cells of a title that leaves room for the code around it. */
const WIDEST_TITLE = 68
/** What pages print above a listing, and nobody wrote. */
const BUTTON =
  /^\P{L}*(?:shell|bash|sh|console|text|plain)?\P{L}*(?:复制代码|复制|copy(?: code)?|コピー)?\P{L}*$/iu

/** As much of a text as a line has room for. */
export function cut(text: string, widest: number): string {
  if (stringWidth(text) <= widest) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > widest - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** The first sentence, without the number of a list, and what announces the listing. */
function sentenceOf(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim()
  const [sentence = plain] = /^.{8,}?(?:[。！？；]|[.!?;:：](?=\s|$))/u.exec(plain) ?? []
  return sentence.replace(/[\s。.:：；;,，]+$/u, '')
}

const isTold = (text: string) => text.trim() !== '' && !BUTTON.test(text.trim())

/** The prose that stands right above a command. */
export const proseAbove = ({ command }: PlannedStep): string | undefined =>
  command.before.findLast(isTold)

/** By its heading where there is one of its own, otherwise by the words above it. */
function titleOf(step: PlannedStep, hasHeading: boolean): string {
  const { headings, line } = step.command
  const heading = headings.at(-1)
  if (hasHeading && heading !== undefined) return heading
  const prose = proseAbove(step)
  return prose === undefined ? (heading ?? `line ${line}`) : sentenceOf(prose)
}

/** Below the same heading; where a document has but one, in the same listing. */
function keyOf(steps: readonly PlannedStep[]): (step: PlannedStep) => string {
  const heading = ({ command }: PlannedStep) => command.headings.join('\n')
  const headings = new Set(steps.map(heading))
  return headings.size > 1 ? heading : ({ command }) => String(command.listing)
}

/** Until a program that runs meanwhile has ended, all belongs together. */
function meanwhile(
  steps: readonly PlannedStep[],
  isHeld: (step: PlannedStep) => boolean,
): boolean[] {
  const together = steps.map(() => false)
  for (const [i, step] of steps.entries()) {
    if (!isHeld(step)) continue
    for (let j = i + 1; j <= (step.endsAfter ?? i); j++) together[j] = true
  }
  return together
}

/**
 * Parts a document's steps as its reader sees them.
 *
 * @param isHeld whether a step starts something that a step of the script holds until it ends
 */
export function groupsOf(
  steps: readonly PlannedStep[],
  isHeld: (step: PlannedStep) => boolean,
): StepGroup[] {
  const key = keyOf(steps)
  const together = meanwhile(steps, isHeld)
  const headings = new Set(steps.map(({ command }) => command.headings.join('\n')))
  const listings = new Set(steps.map(({ command }) => command.listing))
  const hasHeadings = headings.size > 1 || listings.size === 1
  const groups: StepGroup[] = []
  let before: string | undefined
  for (const [index, step] of steps.entries()) {
    const own = key(step)
    const isNew = own !== before && together[index] !== true && step.isRepeat !== true
    if (isNew || groups.length === 0) {
      groups.push({ title: cut(titleOf(step, hasHeadings), WIDEST_TITLE), steps: [] })
    }
    groups.at(-1)?.steps.push({ step, index })
    if (step.isRepeat !== true) before = own
  }
  return groups
}
