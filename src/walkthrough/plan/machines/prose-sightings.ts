import type { Block, WalkDocument } from '../../document/document.ts'
import type { Machines } from '../typing/machines.ts'
import { machineLabels } from '../typing/machine-words.ts'
import { isIPv4 } from './addresses.ts'
import type { OwnAddresses } from './own-addresses.ts'
import type { Sighting } from './sighting.ts'

const ROW =
  /^(.{1,60}?)\s*(?:[:：=|(（]|\s[-–]\s|\b(?:is|has|hat|tiene)\b(?:\s+(?:the\s+)?(?:IP\s+)?address)?|[是为])\s*(?:(?:eth|en[ops]|em|wlan|bond)[\w.]*[\s,，:：(（]+)?(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?\b/u
/** Behind each address: `alpha (192.0.2.1) and beta (192.0.2.2)` says it of both. */
const BEHIND_ADDRESS = /(?<=(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?[)）]?)(?=[,，、;；\s])/u

/** Prose, and the cells of each row of a table in one. */
function rowsOf(blocks: readonly Block[]): { line: number; text: string }[] {
  const rows: { line: number; text: string }[] = []
  for (const block of blocks) {
    if (block.type !== 'prose') continue
    const last = rows.at(-1)
    if (last?.line === block.line) last.text += ` | ${block.text}`
    else rows.push({ line: block.line, text: block.text })
  }
  return rows
}

/** `node1: 192.168.1.10`, `A = 192.168.1.10/24`: tables and lists of machines in prose. */
export function proseSightings(
  { blocks }: WalkDocument,
  machines: Machines,
  own: OwnAddresses,
): Sighting[] {
  const { names } = machines
  const whose = (text: string): string | undefined => {
    const word = text.trim().replace(/^[\s*•-]+/, '')
    const named = names.filter(name =>
      new RegExp(`(?<![\\w-])${name.replace(/\W/g, '\\$&')}(?![\\w-])`, 'i').test(word),
    )
    if (named.length === 1) return named[0]
    const labels = machineLabels(word).filter(label => names.includes(label))
    if (labels.length === 1) return labels[0]
    const letter = /^([A-D])$/.exec(word)?.[1]?.toLowerCase()
    return letter === undefined ? undefined : names.find(name => name.endsWith(`-${letter}`))
  }
  // `node1 192.0.2.1`: a name that nothing else has.
  const spelled = names.map(name => name.replace(/\W/g, '\\$&')).join('|')
  const beside = new RegExp(
    names.length < 2
      ? '$^'
      : `^(?:.{0,60}[^\\w-])?(${spelled})\\s+(\\d{1,3}(?:\\.\\d{1,3}){3})(?:/(\\d{1,2}))?\\b`,
    'i',
  )
  return rowsOf(blocks).flatMap(row => {
    if (row.text.length > 4000) return []
    return row.text.split('\n').flatMap((line, i) =>
      line.split(BEHIND_ADDRESS).flatMap(text => {
        const [, before = '', address = '', length] = ROW.exec(text) ?? beside.exec(text) ?? []
        const host = before === '' ? undefined : whose(before)
        if (host === undefined || !isIPv4(address) || own.has(address)) return []
        const sized = length === undefined ? {} : { length: Number(length) }
        const why = 'the text says so'
        return [{ line: row.line + i, host, address, ...sized, why, strength: 4 }]
      }),
    )
  })
}
