import { stringLiteral } from './code/literal.ts'
import { code, type Code, type Statement } from './code/statement.ts'

const isBuilt = (statement: Statement | undefined): boolean =>
  statement?.type === 'comment' || statement?.deed !== undefined

/**
 * A bridge that is made, brought up and perhaps given an address within a step, with nothing but
 * building between, in one: `host.bridge('br0', '10.0.0.1/24')`.
 */
export function withWholeBridges(statements: readonly Statement[]): Statement[] {
  const kept: (Statement | undefined)[] = [...statements]
  for (const [i, statement] of statements.entries()) {
    if (statement.type !== 'code' || statement.deed?.type !== 'bridge') continue
    const { link } = statement.deed
    const node = statement.parts[1]
    // Containers have none that is up from the beginning.
    if (typeof node !== 'object' || !('variable' in node) || node.host !== undefined) continue
    let up: number | undefined
    let address: { at: number; prefix: string } | undefined
    for (let j = i + 1; j < statements.length && isBuilt(statements[j]); j++) {
      const other = statements[j]
      const deed = other?.type === 'code' ? other.deed : undefined
      if (deed?.link !== link) continue
      if (deed.type === 'up') up ??= j
      else if (deed.type === 'address' && address === undefined)
        address = { at: j, prefix: deed.prefix }
      else break
    }
    if (up === undefined) continue
    const prefix = address === undefined ? '' : `, ${stringLiteral(address.prefix)}`
    const made: Code = code`await ${node}.bridge(${stringLiteral(link.name)}${prefix})`
    kept[i] = { ...made, declares: [{ link, node, name: link.name }] }
    const leaveOut = (at: number) => {
      kept[at] = undefined
      const said = kept[at - 1]
      if (said?.type === 'comment' && said.isProse === true) kept[at - 1] = undefined
    }
    leaveOut(up)
    if (address !== undefined) leaveOut(address.at)
    // What is up is not brought up again.
    for (const [j, other] of statements.entries()) {
      const deed = other.type === 'code' ? other.deed : undefined
      if (j > up && deed?.type === 'up' && deed.link === link) leaveOut(j)
    }
  }
  return kept.filter(statement => statement !== undefined)
}
