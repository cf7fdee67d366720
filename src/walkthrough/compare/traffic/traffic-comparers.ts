import type { Comparer } from '../comparison.ts'
import { connection } from './connection.ts'
import { hops } from './hops.ts'
import { names } from './names.ts'
import { ping } from './ping.ts'
import { reach } from './reach.ts'
import { tcpdump } from './tcpdump.ts'
import { throughput } from './throughput.ts'
import { tshark } from './tshark.ts'

/** What shows where packets go. */
export const trafficComparers: readonly Comparer[] = [
  ping,
  tcpdump,
  tshark,
  connection,
  hops,
  reach,
  names,
  throughput,
]
