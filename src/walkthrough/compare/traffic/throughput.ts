import type { ComparedOutput, Comparison } from '../comparison.ts'
import { plainLines } from '../lines.ts'
import { compareFacts, extraDifferences, type Fact } from '../text/compare-facts.ts'
import { endpointText } from './packet-endpoint.ts'
import { failureReason } from './failure.ts'

const LOCAL = /local (\S+) port (\d+) connected (?:to|with) (\S+) port (\d+)/
const FIGURES = /\d+(?:\.\d+)?-\s*\d+(?:\.\d+)?\s+sec\s+([\d.]+) [KMGT]?Bytes/

function readLine(line: string): Fact[] {
  const to = /^(?:Connecting to host|Client connecting to) (\S+?), (?:TCP |UDP )?port (\d+)/.exec(
    line,
  )
  if (to !== null) return [{ what: 'server', value: `${to[1]} port ${to[2]}` }]
  const on = /^Server listening on (?:(?:TCP|UDP) port )?(\d+)/.exec(line)
  if (on !== null) return [{ what: 'listening', value: `port ${on[1]}` }]
  const from = /^Accepted connection from (\S+?),/.exec(line)
  if (from !== null) return [{ what: 'connection from', value: from[1] ?? '' }]
  const ends = LOCAL.exec(line)
  if (ends !== null) {
    const local = { address: ends[1] ?? '', port: Number(ends[2]) }
    const remote = { address: ends[3] ?? '', port: Number(ends[4]) }
    const value = `${endpointText(local, remote)} with ${endpointText(remote, local)}`
    return [{ what: 'connection', value }]
  }
  const amount = FIGURES.exec(line)?.[1]
  if (amount !== undefined && Number(amount) > 0) return [{ what: 'transfer', value: 'something' }]
  if (!/^iperf3?: error|connect failed/.test(line)) return []
  return [{ what: 'failure', value: failureReason(line) ?? line }]
}

/** `iperf`, `iperf3`: who connects to whom, and that something goes through; how fast is nothing. */
export function throughput({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  if (!/^iperf3?$/.test(command.program)) return undefined
  const wanted = shown.flatMap(readLine)
  if (wanted.length === 0) return undefined
  const { differences, extra } = compareFacts(wanted, plainLines(seen).flatMap(readLine))
  const failed = extra.filter(({ what }) => what === 'failure')
  return {
    differences: [...differences, ...extraDifferences(failed)],
    explained: [],
    leftOut: [],
  }
}
