import type { Attempt } from '../check.ts'

/** What an HTTP answer must be. */
export interface WantedAnswer {
  /** Default: any from 200 to 299, unless body or header say enough. */
  status?: number
  /** All of it, but for white space around it; or what it must match. */
  body?: string | RegExp
  /** Headers that it must have. */
  header?: Readonly<Record<string, string | RegExp>>
}

export interface HttpAnswer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body: string
}

const LONGEST = 300

function shown(value: string | RegExp): string {
  if (value instanceof RegExp) return String(value)
  const text = JSON.stringify(value)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${value.length} characters)`
}

/** `status 200, body "hello"`; empty when nothing in particular is wanted. */
export function wantedText({ status, body, header = {} }: WantedAnswer): string {
  return [
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(body === undefined ? [] : [`body ${shown(body)}`]),
    ...Object.entries(header).map(([name, value]) => `header ${name}: ${shown(value)}`),
  ].join(', ')
}

function matches(value: string, wanted: string | RegExp): boolean {
  // A RegExp with the flag g or y remembers where it was.
  if (wanted instanceof RegExp) return value.search(wanted) >= 0
  return value.trim() === wanted.trim()
}

/** Whether an answer is what is wanted; with nothing in particular wanted, any is "partly". */
export function compare(answer: HttpAnswer, wanted: WantedAnswer): Attempt {
  const { status, body, header = {} } = wanted
  const isPlain = status === undefined && body === undefined && Object.keys(header).length === 0
  const isSuccess = answer.status >= 200 && answer.status <= 299
  const ok =
    (isPlain ? isSuccess : status === undefined || answer.status === status) &&
    (body === undefined || matches(answer.body, body)) &&
    Object.entries(header).every(([name, value]) => {
      const received = answer.headers[name.toLowerCase()]
      return received !== undefined && matches(received, value)
    })
  const told = Object.keys(header).map(name => {
    const received = answer.headers[name.toLowerCase()]
    return received === undefined ? `no header ${name}` : `header ${name}: ${shown(received)}`
  })
  return {
    ok,
    partly: isPlain,
    received: [`status ${answer.status}`, ...told, `body ${shown(answer.body)}`].join(', '),
  }
}
