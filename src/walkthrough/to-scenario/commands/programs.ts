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

/** `, { ready: { port: 80 } }`: a server is ready when it listens. */
function readiness(command: SimpleCommand): string {
  const isUdp = command.args.some(arg => /^-[a-z]*u[a-z]*$/.test(arg))
  const port = isServer(command) && !isUdp ? portOf(command) : undefined
  const ready = objectLiteral({ port })
  return ready === '' ? '' : `, { ready: ${ready} }`
}

/** A program that goes on, started and left to the lab. */
export function spawned(command: SimpleCommand, node: NodeSymbol): Statement {
  const { program, args } = command
  const words = `[${args.map(stringLiteral).join(', ')}]`
  return code`await ${node}.spawn(${stringLiteral(program)}, ${words}${readiness(command)})`
}

/**
 * The same through a shell, for what only a shell reads.
 *
 * @param only the one command of the text, when it is that node's
 */
export function spawnedByShell(text: string, node: NodeSymbol, only?: SimpleCommand): Statement {
  const ready = only === undefined ? '' : readiness(only)
  return code`await ${node}.spawn('bash', ['-c', ${stringLiteral(text)}]${ready})`
}
