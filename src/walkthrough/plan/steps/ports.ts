import type { SimpleCommand } from '../../compare/comparison.ts'
import { isServer, natureOf } from './nature.ts'
import type { OrderedStep } from './ordered-step.ts'

const PORT = /^\d{1,5}$/
/** What their programs use when they are told no other. */
const DEFAULTS: Readonly<Record<string, string>> = {
  iperf3: '5201',
  iperf: '5001',
  busybox: '80',
  httpd: '80',
  nginx: '80',
}

/** The port that a server listens on. */
function portOf({ program, args }: SimpleCommand): string | undefined {
  if (program === 'socat') return /listen:(\d+)/i.exec(args.join(' '))?.[1]
  if (program === 'php') return /:(\d+)$/.exec(args[args.indexOf('-S') + 1] ?? '')?.[1]
  const option = args.findIndex(arg => /^-[a-z]*p$/.test(arg))
  const number = [args[option + 1] ?? '', ...args.toReversed()].find(arg => PORT.test(arg))
  return number ?? (program.startsWith('python') ? '8000' : DEFAULTS[program])
}

/** The ports that a command speaks to. */
function asked(one: SimpleCommand): string[] {
  const { program, args } = one
  if (natureOf(one) !== 'traffic' || /^(ping6?|arping|traceroute6?)$/.test(program)) return []
  const words = args.join(' ')
  if (/^iperf3?$/.test(program) && !/-p\s*\d/.test(words)) return [DEFAULTS[program] ?? '']
  const isWeb = /^(curl|wget|http|ab)$/.test(program)
  if (isWeb && !/:\d{1,5}(?:\/|\s|$)/.test(words)) return ['80']
  return [...words.matchAll(/(?:^|[\s:])(\d{1,5})(?=$|[\s/?])/g)].map(([, port = '']) => port)
}

/** Who serves and who asks, by the number of the step, in order. */
export class Ports {
  readonly #servers = new Map<string, number[]>()
  readonly #askers = new Map<string, number[]>()
  /** Ports that DNAT leads to another. */
  readonly #leading = new Map<string, Set<string>>()

  constructor(steps: readonly OrderedStep[]) {
    const add = (map: Map<string, number[]>, key: string, i: number) => {
      const list = map.get(key)
      if (list === undefined) map.set(key, [i])
      else list.push(i)
    }
    for (const [i, step] of steps.entries()) {
      const key = Ports.servedBy(step)
      if (key !== undefined) add(this.#servers, key, i)
      for (const port of new Set(step.placed.simple.flatMap(asked))) add(this.#askers, port, i)
      for (const [, from = '', to = ''] of step.command.text.matchAll(
        /--dport (\d+)\b.*?--to(?:-destination)? \S*?:(\d+)\b/g,
      )) {
        this.#leading.set(to, (this.#leading.get(to) ?? new Set()).add(from))
      }
    }
  }

  /** `host/namespace port`; undefined: it is no server, or nobody knows its port. */
  static servedBy({ placed, host }: OrderedStep): string | undefined {
    const server = placed.simple.find(isServer)
    const port = server && portOf(server)
    return port === undefined ? undefined : `${host}/${server?.namespace ?? placed.inside} ${port}`
  }

  /** The next step that takes the port of `served`. */
  rivalOf(served: string, at: number): number | undefined {
    return this.#servers.get(served)?.find(i => i > at)
  }

  /** The last step between two that speaks to the port, or to one that DNAT leads there. */
  lastAsker(served: string, from: number, to = Infinity): number | undefined {
    const port = served.slice(served.lastIndexOf(' ') + 1)
    const last = [port, ...(this.#leading.get(port) ?? [])].flatMap(
      one => this.#askers.get(one)?.findLast(i => i < to) ?? [],
    )
    const latest = Math.max(...last)
    return latest > from ? latest : undefined
  }
}
