import { likeness } from './command-shape.ts'
import { isBlank, type ListingLine } from './listing-line.ts'
import { outputKind } from './output-shape.ts'
import { barePrompt, namedPrompt, type Prompted, type PromptStyle } from './prompt.ts'

/** Which prompts a listing has; none: its commands stand as they are. */
export type ListingStyle = ReadonlySet<PromptStyle>

/** What opens a shell as root, behind which `#` is its prompt. */
const BECOMES_ROOT =
  /^(?:sudo\s+(?:-i|-s|su|bash)|su\b|(?:sudo\s+)?(?:unshare|nsenter|chroot)\b|(?:sudo\s+)?ip netns exec \S+ (?:ba)?sh)/

/** Whether other listings of the document have `# ` as a prompt. */
let hasRootPrompts = false

export function setRootPrompts(has: boolean): void {
  hasRootPrompts = has
}

interface Counts {
  named: number
  plain: number
  /** Commands behind each sign. */
  bare: Record<PromptStyle, number>
  /** Of those, the signs with an answer in the next line: what stands behind them was typed. */
  answered: ReadonlySet<PromptStyle>
  isRoot: boolean
}

/** Whether a line can only be what a program printed. */
const isPrinted = ({ text }: ListingLine): boolean =>
  barePrompt(text) === undefined &&
  namedPrompt(text) === undefined &&
  outputKind(text) !== undefined

/** `bash-5.2#`, `sh-5.2#`: a shell was opened above it, so that what opened it was typed. */
const isShellOf = (line: ListingLine | undefined): boolean =>
  line !== undefined && /^\s*(?:ba|z|da|k)?sh(?:-\d[\d.]*)?[#$]/.test(line.text)

function count(lines: readonly ListingLine[]): Counts {
  const answered = new Set<PromptStyle>()
  const counts: Counts = {
    named: 0,
    plain: 0,
    bare: { named: 0, $: 0, '%': 0, '#': 0, '>': 0 },
    answered,
    isRoot: false,
  }
  for (const [i, { text }] of lines.entries()) {
    const bare = barePrompt(text)
    if (bare !== undefined) {
      const isSure = bare.style === '$' || likeness(bare.rest) >= 2
      if (isSure) counts.bare[bare.style]++
      const next = lines[i + 1]
      if (isSure && next !== undefined && isPrinted(next)) answered.add(bare.style)
      if (BECOMES_ROOT.test(bare.rest) && (bare.style === '$' || isShellOf(next))) {
        counts.isRoot = true
      }
    } else if (namedPrompt(text) !== undefined) counts.named++
    else if (likeness(text) === 3) counts.plain++
  }
  return counts
}

/**
 * `#` begins a comment or is root's prompt: a prompt where commands stand behind it and nowhere
 * else. In `# ip link add …` above `ip link add …` the first is a comment.
 */
export function listingStyle(lines: readonly ListingLine[]): ListingStyle {
  const { named, plain, bare, answered, isRoot } = count(lines.filter(line => !isBlank(line)))
  const style = new Set<PromptStyle>()
  if (named > 0) style.add('named')
  if (bare.$ > 0) style.add('$')
  const isOther = named > 0 || bare.$ > 0
  // What nft prints, and a script that is shown, have lines that read like commands.
  const isAlone = (sign: PromptStyle, isKnown: boolean): boolean =>
    plain === 0 || ((isKnown || answered.has(sign)) && bare[sign] > plain)
  if (bare['#'] > 0 && (isOther ? isRoot || hasRootPrompts : isAlone('#', hasRootPrompts)))
    style.add('#')
  if (bare['%'] > 0 && !isOther && isAlone('%', false)) style.add('%')
  if (bare['>'] > 0 && !isOther && isAlone('>', false) && bare['#'] === 0) style.add('>')
  return style
}

/** The prompt of a line, where the listing has such prompts, and what is typed behind it. */
export function promptOn(text: string, style: ListingStyle): Prompted | undefined {
  if (style.size === 0) return undefined
  const bare = barePrompt(text)
  if (bare !== undefined) {
    if (!style.has(bare.style)) return undefined
    const isSure = bare.style === '$' || bare.rest.trim() === '' || likeness(bare.rest) >= 1
    return isSure ? bare : undefined
  }
  return style.has('named') ? namedPrompt(text) : undefined
}
