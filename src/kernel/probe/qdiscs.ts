import { NetlinkConnection } from '../netlink/connection.ts'
import { body, NLM_F_CREATE, NLM_F_EXCL, type MessageWriter } from '../netlink/message.ts'
import { failed, present, sandbox, type FeatureAnswer } from './answer.ts'

/** linux/rtnetlink.h, linux/pkt_sched.h */
const RTM_NEWQDISC = 36
const TCA_KIND = 1
const TCA_OPTIONS = 2
const TC_H_ROOT = 0xffff_ffff
const TCA_HTB_INIT = 2
/** `lo` is the first link of a namespace. */
const LOOPBACK = 1

const options = {
  // struct tc_netem_qopt: latency, limit, loss, gap, duplicate, jitter
  netem: w => w.bytes(TCA_OPTIONS, new Uint8Array(Uint32Array.of(0, 1000, 0, 0, 0, 0).buffer)),
  // struct tc_htb_glob: version 3, rate to quantum 10, default class, debug, direct packets
  htb: w =>
    w.nest(TCA_OPTIONS, inner =>
      inner.bytes(TCA_HTB_INIT, new Uint8Array(Uint32Array.of(3, 10, 0, 0, 0).buffer)),
    ),
} as const satisfies Record<string, (writer: MessageWriter) => unknown>

/** A queueing discipline as `tc qdisc add` spells it. */
export type QdiscName = keyof typeof options

/** Puts the queueing discipline on `lo` of `namespace`, which is thrown away with it. */
export function probeQdisc(namespace: number, kind: QdiscName): FeatureAnswer {
  using wire = new NetlinkConnection(namespace, sandbox)
  try {
    wire.execute([
      {
        type: RTM_NEWQDISC,
        flags: NLM_F_CREATE | NLM_F_EXCL,
        operation: 'RTM_NEWQDISC',
        what: `put ${kind} on "lo"`,
        shell: `tc qdisc add dev lo root ${kind}`,
        body: body(writer => {
          // struct tcmsg: family, link, handle, parent, info
          writer.fixed(20, [
            [4, 4, LOOPBACK],
            [12, 4, TC_H_ROOT],
          ])
          options[kind](writer.string(TCA_KIND, kind))
        }),
      },
    ])
    return present
  } catch (error) {
    return failed(error, { name: `sch_${kind}` })
  }
}
