import { isBlank, type ListingLine } from './listing-line.ts'
import { outputKind } from './output-shape.ts'
import { WRAP } from './typed.ts'

const LINK = /^\s*\d+: \S+.*<[A-Z0-9,_-]*>\s/
const LINK_END = /\bqlen \d+\s*$|\bcost \d+\s*$/
const LINK_REST =
  /^\s*(?:[A-Z]{1,8} )?(?:[\w-]+ )*(?:mtu \d+|qdisc \w+|state \w+|mode \w+|group \w+|qlen \d+|master \S+|priority \d+|cost \d+)\s*(?:[\w-]+ ?)*$/
const LINK_KEY = /\b(?:mtu|qdisc|state|mode|group|qlen|master)\s*$/
const PACKET = /^\d\d:\d\d:\d\d\.\d+ /
const PACKET_REST = /(?:^|\s)length \d+\)?:?\s*$/

/** Whether `below` is the end of `above`: only where both halves say so. */
function isRest(above: string, below: string): boolean {
  if (LINK.test(above)) {
    if (LINK_END.test(above) || outputKind(below.trim()) !== undefined) return false
    return LINK_REST.test(below) || (LINK_KEY.test(above) && /^\s*[\w-]+\s*$/.test(below))
  }
  if (PACKET.test(above)) {
    const isWhole = PACKET_REST.test(above) || /[):]\s*$/.test(above)
    return !isWhole && outputKind(below) === undefined && PACKET_REST.test(below)
  }
  if (/^\d+ bytes from /.test(above))
    return !/time/.test(above) && /^\s*(?:ttl=\d+ )?time=/.test(below)
  return (
    /packets transmitted,/.test(above) &&
    !/loss/.test(above) &&
    /packet loss/.test(below) &&
    !/transmitted/.test(below)
  )
}

/** Lines of output that a page wrapped, where that is sure, as one. */
export function unwrapped(lines: readonly ListingLine[]): ListingLine[] {
  const result: ListingLine[] = []
  for (const line of lines) {
    const above = result.at(-1)
    if (above === undefined || isBlank(line) || !isRest(above.text, line.text)) {
      result.push(line)
      continue
    }
    result[result.length - 1] = {
      line: above.line,
      lastLine: line.lastLine,
      text: `${above.text.trimEnd()}${WRAP}${line.text.trim()}`,
      mistakes: [
        ...above.mistakes,
        { line: above.line, text: 'a page wrapped this line; read as one' },
        ...line.mistakes,
      ],
    }
  }
  return result
}
