import { isAddress } from '../../../ipam/address.ts'
import type { SimpleCommand } from '../../compare/comparison.ts'
import { objectLiteral } from '../code/object-literal.ts'
import { stringLiteral } from '../code/literal.ts'
import { code, type Statement } from '../code/statement.ts'
import type { NodeSymbol } from '../code/symbols.ts'

/** Who is spoken to, as the script says it. */
export interface Destinations {
  /** A node by an address that is its only one. */
  nodeAt: (address: string) => NodeSymbol | undefined
  /** An address outside, by itself or by a name that DNS has for it: the constant that holds it. */
  outside: (addressOrName: string) => string | undefined
  /** What it answers to HTTP, where the document shows that. */
  statusOf: (addressOrName: string) => number | undefined
}

/** Options of a ping that say nothing about what is expected. */
const PING_MANNER = /^-(?:[nqvDA46]+|[wWil]\S+|U)$/
const PING_WITH_WORD = new Set(['-c', '-s', '-t', '-I', '-M', '-W', '-w', '-i', '-l'])

function pingWords(args: readonly string[]) {
  const given = new Map<string, string>()
  const targets: string[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? ''
    const [, option, value] = /^(-[cstIM])(.+)$/.exec(word) ?? []
    if (PING_WITH_WORD.has(word)) given.set(word, args[++i] ?? '')
    else if (option !== undefined && value !== undefined) given.set(option, value)
    else if (!word.startsWith('-')) targets.push(word)
    else if (!PING_MANNER.test(word)) return undefined
  }
  const [target] = targets
  return targets.length === 1 && target !== undefined ? { target, given } : undefined
}

const numeral = (text: string | undefined, least: number) => {
  const number = Number(text)
  return text !== undefined && Number.isInteger(number) && number > least ? number : undefined
}

function pingOptions(given: ReadonlyMap<string, string>): string | undefined {
  const manner = given.get('-M')
  if (manner !== undefined && manner !== 'do' && manner !== 'dont') return undefined
  return objectLiteral({
    count: numeral(given.get('-c'), 1),
    payload: numeral(given.get('-s'), -1),
    fragment: manner === undefined ? undefined : manner === 'dont',
    ttl: numeral(given.get('-t'), 0),
    source: given.get('-I'),
  })
}

const not = (reaches: boolean) => (reaches ? '' : '.not')

/** `ping -c 2 10.0.0.1`, as an expectation. */
export function ping(
  { program, args }: SimpleCommand,
  from: NodeSymbol,
  { to, reaches }: { to: Destinations; reaches: boolean },
): Statement[] | undefined {
  if (!/^ping[46]?$/.test(program)) return undefined
  const words = pingWords(args)
  const options = words === undefined ? undefined : pingOptions(words.given)
  if (words === undefined || options === undefined) return undefined
  const { target } = words
  const node = to.nodeAt(target)
  const goal = node ?? to.outside(target) ?? (isAddress(target) ? stringLiteral(target) : undefined)
  if (goal === undefined) return undefined
  const rest = options === '' ? '' : `, ${options}`
  if (reaches) from.spokenTo.add(target)
  return [code`await expect(${from})${not(reaches)}.toPing(${goal}${rest})`]
}

const CURL_MANNER = /^(?:-[sSvfLgk4]+|--silent|--show-error|--verbose|--fail|--location)$/
const CURL_WITH_WORD = new Set(['-m', '--max-time', '--connect-timeout', '--retry', '-o'])

function curlWords(args: readonly string[]) {
  let url: string | undefined
  let isHead = false
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? ''
    if (CURL_WITH_WORD.has(word)) {
      if (word === '-o' && args[i + 1] !== '/dev/null') return undefined
      i++
    } else if (word === '-I' || word === '--head') isHead = true
    else if (word.startsWith('-') ? !CURL_MANNER.test(word) : url !== undefined) return undefined
    else if (!word.startsWith('-')) url = word
  }
  return url === undefined ? undefined : { url, isHead }
}

/** With the address in the place of a name that only DNS would know, and what is answered there. */
function reachable(
  text: string,
  to: Destinations,
): { url: string; status?: number | undefined } | undefined {
  const given = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(given)) return undefined
  const url = new URL(given)
  if (url.protocol !== 'http:') return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const constant = to.outside(host)
  if (constant === undefined) return isAddress(host) ? { url: stringLiteral(url.href) } : undefined
  const port = url.port === '' ? '' : `:${url.port}`
  return {
    url: `\`http://\${${constant}}${port}${url.pathname}${url.search}\``,
    status: to.statusOf(host),
  }
}

/** Whether a document's lines are all of a page that `curl` printed. */
function bodyOf(shown: readonly string[]): string | undefined {
  const lines = shown.filter(line => line.trim() !== '')
  const [line] = lines
  const isPlain = lines.length === 1 && line !== undefined && !/^\s*[*<>%]|\.{3}|^HTTP\//.test(line)
  return isPlain ? line.trim() : undefined
}

/** `curl http://10.0.0.1/`, as an expectation. */
export function curl(
  { program, args }: SimpleCommand,
  from: NodeSymbol,
  { to, reaches, shown }: { to: Destinations; reaches: boolean; shown: readonly string[] },
): Statement[] | undefined {
  const words = program === 'curl' ? curlWords(args) : undefined
  const goal = words === undefined ? undefined : reachable(words.url, to)
  if (words === undefined || goal === undefined) return undefined
  const body = reaches && !words.isHead ? bodyOf(shown) : undefined
  const status = reaches ? goal.status : undefined
  const options = objectLiteral({ method: words.isHead ? 'HEAD' : undefined, status, body })
  const rest = options === '' ? '' : `, ${options}`
  return [code`await expect(${from})${not(reaches)}.toCurl(${goal.url}${rest})`]
}
