import type { Draft } from './draft.ts'
import type { ListingLine } from './listing-line.ts'
import { outputKind } from './output-shape.ts'
import { giveOutput } from './output-owner.ts'
import { fits } from './program-output.ts'

/** Prose above a listing that says that it is somebody's output. */
const SAYS_OUTPUT =
  /\b(?:outputs?|results?|prints?|returns?|shows?|displays?|see|similar to|looks? like|response|ausgabe|ergebnis|sortie|salida)\b|输出|結果|结果|如下|显示|顯示|返回|打印|出力|可以看到|看到/i
/** Prose above a listing that says that it is a file to write. */
export const SAYS_FILE =
  /\b(?:create|write|add|put|edit|append|save|paste|insert|configure)\b.*(?:file|\.conf|\.ya?ml|\.json|\/etc\/)|写入|编辑|创建.*文件|配置文件|添加.*内容/i

export interface LooseContext {
  /** Commands above it. */
  earlier: readonly Draft[]
  /** What is said right above it. */
  intro: string
  /** More than that is said since the last command. */
  isFar: boolean
  /** What the listing seems to be, when that is not a shell's. */
  foreign: string | undefined
}

/** Prints whatever it is asked to: files, pages, JSON. */
const isFreeOf = ({ item }: Draft) => item.printing.isFree && !item.printing.isSilent

function isForeignOutput(last: Draft, foreign: string, intro: string): boolean {
  if (last.shown.length > 0 || SAYS_FILE.test(intro)) return false
  if (foreign === 'JSON')
    return fits(last.item.printing, 'json') !== 'no' && !last.item.printing.isSilent
  if (foreign === 'a man page') return last.item.printing.words.includes('man')
  if (foreign === 'a drawing')
    return /^(?:tree|pstree|systemctl|lsns|docker)$/.test(last.item.printing.words[0] ?? '')
  if (!/^(?:a configuration|XML|a dialogue|")/.test(foreign)) return last.item.printing.isListing
  return (
    isFreeOf(last) && (SAYS_OUTPUT.test(intro) || (intro === '' && last.item.printing.isListing))
  )
}

/** `net.ipv4.ip_forward = 1`: a line for each of the commands that ask for it. */
function isOneEach(lines: readonly ListingLine[], drafts: readonly Draft[]): boolean {
  if (lines.length < 2 || lines.length !== drafts.length) return false
  return drafts.every(({ item, shown }, i) => {
    const [, key] = /^([\w./-]+) = /.exec(lines[i]?.text ?? '') ?? []
    return shown.length === 0 && key !== undefined && item.text.includes(key)
  })
}

/**
 * Gives a listing without commands to a command of the listing before it, when it looks like what
 * that prints; false: it is nobody's.
 */
export function attachLoose(lines: readonly ListingLine[], context: LooseContext): boolean {
  const { earlier, intro, isFar, foreign } = context
  const last = earlier.at(-1)
  if (last === undefined || lines.length === 0) return false
  const listing = earlier.filter(one => one.listing === last.listing)
  if (foreign !== undefined) {
    if (!isForeignOutput(last, foreign, intro)) return false
    last.shown.push(...lines)
    return true
  }
  const asking = listing.slice(-lines.length)
  if (isOneEach(lines, asking)) {
    for (const [i, line] of lines.entries()) asking[i]?.shown.push(line)
    return true
  }
  const kind = lines.map(({ text }) => outputKind(text)).find(one => one !== undefined)
  const isLate = kind === 'capture' || kind === 'served' || kind === 'netcat'
  if (kind !== undefined && kind !== 'error') {
    const candidates = isLate ? earlier : listing
    const owner = candidates.findLast(({ item }) => fits(item.printing, kind) === 'yes')
    if (owner !== undefined && (isLate || owner.shown.length === 0)) {
      // Those without output share it: `ifconfig a`, `ifconfig b`, then both.
      const run = listing.filter(({ shown }) => shown.length === 0)
      const owners = {
        run: run.includes(owner) ? run : [owner],
        all: earlier,
        here: listing.length,
      }
      return giveOutput(lines, owners).length === 0
    }
    if (!isFreeOf(last)) return false
  }
  if (last.shown.length > 0 || SAYS_FILE.test(intro)) return false
  // What has a shape of its own does not come without it, unless the document says so.
  const { isFree, kinds } = last.item.printing
  const isShapeless = isFree || kinds.length === 0 || kinds.includes('netns')
  if (kind === undefined && !isShapeless && !SAYS_OUTPUT.test(intro)) return false
  const isLikely =
    kind === 'error' ? SAYS_OUTPUT.test(intro) || intro === '' : !last.item.printing.isSilent
  if (!isLikely || (isFar && !SAYS_OUTPUT.test(intro))) return false
  last.shown.push(...lines)
  return true
}
