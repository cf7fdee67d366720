import { UsageError } from '../../errors.ts'
import { isAddress } from '../../kernel/netlink/address-bytes.ts'
import { spelled } from '../../kernel/spelling.ts'
import { runInNetns } from '../../lab/command.ts'
import type { Node } from '../../lab/node.ts'
import { shellWord } from '../../names.ts'
import type { Attempt, Check } from '../check.ts'
import { endpointOf, type ServiceTarget } from '../endpoint.ts'
import { patience, type Mode } from '../mode.ts'
import { checkOptions, milliseconds, text, whole, type Demand } from '../options.ts'
import { compare, wantedText, type WantedAnswer } from './curl-answer.ts'
import { readCurl, WRITE_OUT } from './curl-output.ts'

export interface CurlOptions extends WantedAnswer {
  /** Milliseconds for all of it. Default 1000; under `not` the window. */
  timeoutMs?: number
  /** Of a service: what to ask for. Default `/`. */
  path?: string
  /** Default GET, with `data` POST. */
  method?: string
  /** A body to send. */
  data?: string
  /** The Host header. */
  host?: string
  /** Headers to send. */
  send?: Readonly<Record<string, string>>
  /** The node's own address to ask from. */
  source?: string
}

const pattern: Demand = value =>
  typeof value === 'string' || value instanceof RegExp ? undefined : 'a string, or a RegExp'

/** A line break would begin another header. */
const plainLine: Demand = value =>
  typeof value === 'string' && !/[\r\n\0]/.test(value) ? undefined : 'a string of one line'

const headers =
  (demand: Demand): Demand =>
  value => {
    if (typeof value !== 'object' || value === null) return 'an object: { name: value }'
    const isFine = Object.entries(value).every(
      ([name, each]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && demand(each) === undefined,
    )
    return isFine ? undefined : 'an object with names of headers and what they say'
  }

const demands = {
  status: whole(100, 599),
  body: pattern,
  header: headers(pattern),
  timeoutMs: milliseconds,
  path: (value: unknown) =>
    typeof value === 'string' && value.startsWith('/') ? undefined : 'a path: "/health"',
  method: (value: unknown) =>
    typeof value === 'string' && /^[A-Z]+$/i.test(value) ? undefined : 'a method: "PUT"',
  data: text,
  host: plainLine,
  send: headers(plainLine),
  source: (value: unknown) =>
    typeof value === 'string' && isAddress(value) ? undefined : 'an address',
}

function urlOf(from: Node, target: ServiceTarget | string | URL, path: string | undefined): URL {
  if (typeof target === 'string' || target instanceof URL) {
    const url = URL.canParse(String(target)) ? new URL(path ?? '', target) : undefined
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
    throw new UsageError(`"${String(target)}" is not a URL that curl can ask for here`, {
      code: 'TNET_URL_INVALID',
      hint: 'give what serve() or publish() returned, or http://192.0.2.1:8080/',
    })
  }
  const { address, port, protocol } = endpointOf(from, target)
  if (protocol === 'tcp') {
    return new URL(
      path ?? '/',
      `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    )
  }
  throw new UsageError(`UDP port ${port} does not speak HTTP`, {
    code: 'TNET_TARGET_INVALID',
    hint: 'use toReach for UDP',
  })
}

/** The arguments that a person would type. */
function curlArguments(url: URL, options: CurlOptions, timeoutMs: number): string[] {
  const { method, data, host, send = {}, source } = options
  const sent = { ...(host === undefined ? {} : { Host: host }), ...send }
  return [
    '--max-time',
    String(timeoutMs / 1000),
    ...(method === undefined ? [] : method.toUpperCase() === 'HEAD' ? ['-I'] : ['-X', method]),
    ...(data === undefined ? [] : ['--data-raw', data]),
    ...Object.entries(sent).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(source === undefined ? [] : ['--interface', source]),
    url.href,
  ]
}

/** Neither a .curlrc nor a proxy of the machine has a say; no globbing; the answer, then numbers. */
const unseen = ['-q', '-g', '-sS', '--noproxy', '*', '-o', '-', '-w', WRITE_OUT]

function titleOf(url: URL, target: unknown, options: CurlOptions): string {
  const { node } = Object(target) as { node?: Node }
  const verb = options.method === undefined ? '' : ` ${options.method.toUpperCase()}`
  return `${verb} ${url.href}${node === undefined ? '' : ` of ${node.label}`}`
}

export function toCurl(
  from: Node,
  target: ServiceTarget | string | URL,
  options: CurlOptions,
  mode: Mode,
): Check {
  checkOptions('toCurl', options, demands)
  const timeoutMs = patience(mode, options.timeoutMs)
  const url = urlOf(from, target, options.path)
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const isName = !isAddress(name)
  const args = curlArguments(url, options, timeoutMs)
  const wanted = wantedText(options)
  const text = titleOf(url, target, options) + (wanted === '' ? '' : ` with ${wanted}`)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const place = { from, name, port, timeoutMs }
  return {
    title: `${from.label} curls${text}`,
    negated: `${from.label} does not curl${text}`,
    expected:
      wanted === '' ? 'an answer with a status from 200 to 299' : `an answer with ${wanted}`,
    unexpected: wanted === '' ? 'no answer' : `no answer with ${wanted}`,
    command: spelled(from.netns.name, `curl -sS -i ${args.map(shellWord).join(' ')}`),
    look: async (): Promise<Attempt> => {
      const limit = { names: isName, timeoutMs: timeoutMs + 10_000 }
      const result = await runInNetns(from, 'curl', [...unseen, ...args], limit)
      const read = await readCurl(result, place)
      return 'answer' in read ? compare(read.answer, options) : read.failure
    },
    explain: async () => {
      if (isName) return { facts: {} }
      return (await import('../why/why.ts')).whyUnreached(from, name, { port, protocol: 'tcp' })
    },
  }
}
