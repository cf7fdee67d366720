import { CommandError, KernelError, UsageError, type TnetError } from '../../errors.ts'
import { routeGet } from '../../kernel/next-hop.ts'
import type { CommandResult } from '../../lab/command.ts'
import type { Node } from '../../lab/node.ts'
import type { Attempt } from '../check.ts'
import { unknownName } from '../target.ts'

/** What ping was asked to do. */
export interface PingQuestion {
  from: Node
  to: string
  count: number
  timeoutMs: number
  /** Empty: none was given. */
  source: string
}

/**
 * ping's own errors that are the sender's routing table speaking: nothing was sent. Route types:
 * none is ENETUNREACH, unreachable EHOSTUNREACH, blackhole EINVAL.
 */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/connect: Network is unreachable/, 'no route'],
  [/connect: No route to host/, 'an unreachable route'],
  [/connect: Invalid argument/, 'a blackhole route'],
]

/** An answer of another kind than an echo reply, from whoever sent it. */
function errorsIn(output: string): string[] {
  const told = new Set<string>()
  for (const line of output.split('\n')) {
    const remote = /^From (\S+?):? icmp_seq=\d+ (.*)$/.exec(line)
    const tooLong = /message too long, mtu[=:] ?(\d+)/i.exec(line)
    if (remote !== null) told.add(`${remote[1]} says ${remote[2]}`)
    if (tooLong !== null) told.add(`too long for its own link or path: MTU ${tooLong[1]}`)
    if (/sendmsg: Operation not permitted/.test(line)) told.add('a rule of its own refuses it')
  }
  return [...told]
}

function counted(output: string, replies: number, { count, timeoutMs, to }: PingQuestion): string {
  const within = `within ${timeoutMs} ms`
  if (replies === 0) {
    return count === 1 ? `no echo reply ${within}` : `no reply to ${count} requests ${within}`
  }
  if (replies < count) return `${replies} of ${count} echo replies ${within}`
  const took = /rtt [^=]*= [\d.]+\/([\d.]+)/.exec(output)?.[1]
  const speed = took === undefined ? '' : count === 1 ? ` in ${took} ms` : ` in ${took} ms each`
  return `${count === 1 ? 'an echo reply' : `${count} echo replies`} from ${to}${speed}`
}

/** EACCES has one text for two things: a prohibit route, and an address that is a broadcast's. */
function isProhibited(from: Node, to: string): boolean {
  try {
    from.netns.get(routeGet(to), () => undefined)
    return false
  } catch (error) {
    return error instanceof KernelError && error.errno === 'EACCES'
  }
}

/** Why ping sent nothing, when that says nothing about the network. */
function misuse(result: CommandResult, { from, to, source }: PingQuestion): TnetError {
  const said = result.stderr.trim().split('\n')[0] ?? ''
  if (/name resolution|Name or service not known|No address associated/.test(said)) {
    return unknownName(from, to, said)
  }
  if (source !== '' && /bind|SO_BINDTODEVICE|unknown iface|invalid source/i.test(said)) {
    return new UsageError(`"${from.label}" has no address or link "${source}" to ping from`, {
      code: 'TNET_PING_SOURCE',
      hint: 'look at what is there: await node.addresses(), await node.links()',
      facts: { said },
    })
  }
  if (said.includes('ping broadcast')) {
    return new UsageError(`${to} is a broadcast address`, {
      code: 'TNET_PING_BROADCAST',
      hint: 'ping the address of one node',
      facts: { said },
    })
  }
  const ended = result.exitCode === null ? 'it had to be ended' : `exit code ${result.exitCode}`
  return new CommandError(`ping could not do its work on "${from.label}"`, {
    code: 'TNET_PING_FAILED',
    hint: 'this says nothing about the network; type the command by hand',
    facts: { ended, ...(said === '' ? {} : { said }) },
  })
}

/** What a ping that is over says about the network; it is unusable where it says nothing. */
export function readPing(result: CommandResult, question: PingQuestion): Attempt {
  const output = `${result.stdout}\n${result.stderr}`
  const replies = /transmitted, (\d+) received/.exec(result.stdout)?.[1]
  if (replies !== undefined && result.exitCode !== null) {
    const n = Number(replies)
    return {
      ok: result.exitCode === 0 && n >= question.count,
      partly: n > 0,
      received: [...errorsIn(output), counted(output, n, question)].join('; '),
    }
  }
  const refusal = refusals.find(([pattern]) => pattern.test(result.stderr))?.[1]
  const isBroadcast = result.stderr.includes('ping broadcast')
  const isOwn = refusal ?? (isBroadcast && isProhibited(question.from, question.to))
  if (isOwn === false) {
    const unusable = misuse(result, question)
    return { ok: false, received: unusable.message, unusable }
  }
  const route = refusal ?? 'a prohibit route'
  return { ok: false, received: `nothing was sent: ${route} to ${question.to}` }
}
