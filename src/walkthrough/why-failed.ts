import { isIP } from 'node:net'
import { whyUnreached, type AskedPort } from '../expect/why/why.ts'
import type { Node } from '../lab/node.ts'
import { simpleCommands } from './compare/simple-command.ts'
import { outsideLabel } from './host/outside.ts'
import type { PartPlan, PlannedStep } from './plan/walk-plan.ts'

interface Asked {
  to: string
  port?: AskedPort
}

const bare = (prefix: string) => prefix.split('/', 1)[0] ?? prefix

/** The address that a word means: itself, or what a name of the document stands for. */
function addressOf(word: string, { outside, hosts }: PartPlan): string | undefined {
  const plain = word.replace(/^\[|\]$/g, '')
  if (isIP(plain) !== 0) return plain
  const host = hosts.find(({ name }) => name === plain)
  return host === undefined
    ? outside.find(({ names }) => names.includes(plain))?.address
    : bare(host.prefix)
}

/** Whom a command wants to reach. */
function asked(program: string, args: readonly string[], part: PartPlan): Asked | undefined {
  if (/^(?:ping6?|fping|traceroute)$/.test(program)) {
    const to = args.map(word => addressOf(word, part)).find(word => word !== undefined)
    return to === undefined ? undefined : { to }
  }
  if (!/^(?:curl|wget)$/.test(program)) return undefined
  for (const word of args) {
    const [, host = '', digits = '80'] =
      /^(?:http:\/\/)?(\[[\da-f:]+\]|[\w.-]+)(?::(\d+))?(?:\/|$)/i.exec(word) ?? []
    const to = addressOf(host, part)
    if (to !== undefined) return { to, port: { port: Number(digits), protocol: 'tcp' } }
  }
  return undefined
}

/** Where a command runs: the namespace that it names, or the machine itself. */
export type NodeFinder = (host: string, namespace?: string) => Node | undefined

/** What on the way kept a command from reaching whom it asked for, node by node; if it is known. */
export async function whyFailed(
  { command, host, namespace }: PlannedStep,
  part: PartPlan,
  nodeOf: NodeFinder,
): Promise<string | undefined> {
  for (const one of simpleCommands(command.text)) {
    const to = asked(one.program, one.args, part)
    const from = nodeOf(host, one.namespace ?? namespace)
    if (to === undefined || from === undefined) continue
    const { why } = (await whyUnreached(from, to.to, to.port)).facts
    if (why === undefined) continue
    const isUnknown = why.startsWith(`forwarding is off on gateway ${outsideLabel(part)} `)
    return isUnknown
      ? `nobody behind the gateway has ${to.to}, as far as the document tells`
      : why.replaceAll('\n', '; ')
  }
  return undefined
}
