import type { SimpleCommand } from '../../compare/comparison.ts'
import { isServer } from '../../plan/steps/nature.ts'
import { stringLiteral } from '../code/literal.ts'
import { objectLiteral } from '../code/object-literal.ts'
import { code, type Statement } from '../code/statement.ts'
import type { NodeSymbol } from '../code/symbols.ts'

const DEFAULT_PORTS: Readonly<Record<string, number>> = { iperf3: 5201, iperf: 5001, python: 8000 }

/** What a server listens on, as far as its arguments say it. */
function portOf({ program, args }: SimpleCommand): number | undefined {
  const said = args.toReversed().find(arg => /^\d{1,5}$/.test(arg))
  if (said !== undefined) return Number(said)
  const name = program.replace(/[\d.]+$/, digits => (program.startsWith('python') ? '' : digits))
  return Object.hasOwn(DEFAULT_PORTS, name) ? DEFAULT_PORTS[name] : undefined
}

/** A program that goes on, started and left to the lab; a server is ready when it listens. */
export function spawned(command: SimpleCommand, node: NodeSymbol): Statement {
  const { program, args } = command
  const isUdp = args.some(arg => /^-[a-z]*u[a-z]*$/.test(arg))
  const port = isServer(command) && !isUdp ? portOf(command) : undefined
  const words = `[${args.map(stringLiteral).join(', ')}]`
  const ready = objectLiteral({ port })
  const rest = ready === '' ? '' : `, { ready: ${ready} }`
  return code`await ${node}.spawn(${stringLiteral(program)}, ${words}${rest})`
}

/** The same through a shell, for what only a shell reads. */
export const spawnedByShell = (text: string, node: NodeSymbol): Statement =>
  code`await ${node}.spawn('bash', ['-c', ${stringLiteral(text)}])`
