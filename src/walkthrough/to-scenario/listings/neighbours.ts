import { stringLiteral } from '../code/literal.ts'
import { objectLiteral } from '../code/object-literal.ts'
import { code, comment, type Statement } from '../code/statement.ts'
import type { NodeSymbol } from '../code/symbols.ts'

const MAC = /(?:[\da-f]{2}:){5}[\da-f]{2}/i
const ROW = /^\s*(?:\S+\s+\()?(\d+\.\d+\.\d+\.\d+)\)?\s/

function deviceOf(line: string): string | undefined {
  return /\sdev\s+(\S+)/.exec(line)?.[1] ?? /\s(\S+)\s*$/.exec(line)?.[1]
}

/** `arp`, `ip neigh`: whom the node spoke to in this script; others may be known by chance. */
export function listedNeighbours(node: NodeSymbol, lines: readonly string[]): Statement[] {
  return lines.flatMap((line): Statement[] => {
    const address = ROW.exec(line)?.[1]
    if (address === undefined) return []
    if (!MAC.test(line) || !node.spokenTo.has(address)) return [comment(`shown too: ${line}`)]
    const options = objectLiteral({ dev: deviceOf(line) })
    return [code`await expect(${node}).toHaveNeighbour(${stringLiteral(address)}, ${options})`]
  })
}
