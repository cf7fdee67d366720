import type { SimpleCommand } from '../../compare/comparison.ts'
import { shellWord } from '../../../names.ts'
import { isServer } from '../../plan/steps/nature.ts'
import { stringLiteral, templateText } from '../code/literal.ts'
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

/** Where a server listens when it is ready. */
function readyPort(command: SimpleCommand): number | undefined {
  const isUdp = command.args.some(arg => /^-[a-z]*u[a-z]*$/.test(arg))
  return isServer(command) && !isUdp ? portOf(command) : undefined
}

/** `, { ready: { port: 80 } }` */
function readiness(command: SimpleCommand): string {
  const ready = objectLiteral({ port: readyPort(command) })
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

/** Until a server listens in a namespace that no container stands for. */
export function awaited(
  command: SimpleCommand,
  node: NodeSymbol,
  namespace: string | undefined,
): Statement[] {
  const port = readyPort(command)
  if (port === undefined) return []
  const within = namespace === undefined ? '' : `ip netns exec ${shellWord(namespace)} `
  const look = `${within}ss -Hltn 'sport = :${port}' | grep -q .`
  return [code`await ${node}.$\`${templateText(`until ${look}; do sleep 0.1; done`)}\``]
}
