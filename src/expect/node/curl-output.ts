import { CommandError, UsageError, type TnetError } from '../../errors.ts'
import type { CommandResult } from '../../lab/command.ts'
import type { Node } from '../../lab/node.ts'
import type { Attempt } from '../check.ts'
import { unknownName } from '../target.ts'
import type { HttpAnswer } from './curl-answer.ts'

/** Numbers and headers go to standard error, so that standard output is the body alone. */
export const WRITE_OUT =
  '%{stderr}\n<tnet-lab>%{http_code} %{time_connect}</tnet-lab>%{header_json}</tnet-lab>'

/** What curl was asked to do. */
export interface CurlQuestion {
  from: Node
  /** Host of the URL. */
  name: string
  port: number
  timeoutMs: number
}

/** curl's exit codes that speak of the network, or of who answers (curl(1), EXIT CODES). */
const failures: Readonly<Record<number, string>> = {
  7: 'could not connect',
  8: 'the server said something strange',
  16: 'an HTTP/2 error',
  18: 'the answer ended too early',
  28: 'timed out',
  35: 'the TLS handshake failed',
  52: 'the server closed the connection without an answer',
  55: 'the connection broke while sending',
  56: 'the connection broke while receiving',
  60: 'the server could not prove who it is',
  92: 'an HTTP/2 stream error',
}

/** Why curl asked nobody, when that says nothing about the network. */
function misuse(result: CommandResult, { from, name }: CurlQuestion, said: string): TnetError {
  const { exitCode } = result
  if (exitCode === 6) return unknownName(from, name, said)
  if (exitCode === 45) {
    return new UsageError(`"${from.label}" cannot ask from that source address`, {
      code: 'TNET_CURL_SOURCE',
      hint: 'it must be one of its own: await node.addresses()',
      facts: { said },
    })
  }
  const ended = exitCode === null ? 'it had to be ended' : `exit code ${exitCode}`
  return new CommandError(`curl could not do its work on "${from.label}"`, {
    code: 'TNET_CURL_FAILED',
    hint: 'this says nothing about the network; type the command by hand',
    facts: { ended, ...(said === '' ? {} : { said }) },
  })
}

/** Which kind of "could not connect" it is: curl has one code for all of them. */
async function refusal({ from, name, port }: CurlQuestion): Promise<string> {
  const { isAddress } = await import('../../kernel/netlink/address-bytes.ts')
  if (!isAddress(name)) return ''
  const { probeReach } = await import('../../kernel/reach-probe.ts')
  const target = { protocol: 'tcp', to: name, port } as const
  const { outcome } = await probeReach(from.netns.fd, target, { timeoutMs: 100, label: from.label })
  return outcome === 'connected' ? '' : `: ${outcome}`
}

async function failureText(
  exitCode: number,
  said: string,
  timeConnect: number,
  question: CurlQuestion,
): Promise<string> {
  const words = failures[exitCode] ?? ''
  if (exitCode === 7) return `${words}${await refusal(question)} (curl exit code 7)`
  if (exitCode === 28) {
    const what = timeConnect > 0 ? 'connected, but no whole answer' : 'no connection'
    return `${what} within ${question.timeoutMs} ms (curl exit code 28)`
  }
  return `${words} (curl exit code ${exitCode}: ${said})`
}

function headersIn(json: string): Record<string, string> {
  try {
    const all = JSON.parse(json) as Record<string, string[]>
    return Object.fromEntries(
      Object.entries(all).map(([name, values]) => [name, values.join(', ')]),
    )
  } catch {
    return {} // curl before 7.83 prints the name of the variable
  }
}

/** What a curl that is over says: an HTTP answer, or why there is none. */
export async function readCurl(
  result: CommandResult,
  question: CurlQuestion,
): Promise<{ answer: HttpAnswer } | { failure: Attempt }> {
  const { exitCode, stdout, stderr } = result
  const told = /<tnet-lab>(\d+) ([\d.]+)<\/tnet-lab>([^]*)<\/tnet-lab>/.exec(stderr)
  const [, status = '0', timeConnect = '0', headers = ''] = told ?? []
  if (exitCode === 0 && told !== null) {
    return { answer: { status: Number(status), headers: headersIn(headers), body: stdout } }
  }
  const said = /^curl: \(\d+\) (.*)$/m.exec(stderr)?.[1] ?? stderr.trim().split('\n')[0] ?? ''
  if (exitCode !== null && failures[exitCode] !== undefined) {
    const received = await failureText(exitCode, said, Number(timeConnect), question)
    return { failure: { ok: false, received } }
  }
  const unusable = misuse(result, question, said)
  return { failure: { ok: false, received: unusable.message, unusable } }
}
