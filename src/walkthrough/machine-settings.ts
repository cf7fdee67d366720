/** As sysctl, a shell and cat say it; sysctl(8) goes on after it, and may end well. */
const MISSING = /\/proc\/sys\/(net\/\S+?): (?:No such file or directory|Permission denied)/
const READ_ONLY = /setting key "net\.core\.[rw]mem_(?:default|max)": Invalid argument/
const NO_CONTROL =
  /setting key "net\.ipv4\.tcp_congestion_control": No such file|\becho: write error: No such file/

/** The first network namespace alone has them, or lets them be set (net/core/sysctl_net_core.c). */
const OF_MACHINE = new RegExp(
  `^net/(?:${[
    'core/(?:bpf_jit|busy|default_qdisc|dev_weight|flow_limit|gro|message|netdev|[rw]mem|optmem|rps)\\w*',
    'ipv4/(?:tcp_mem|udp_mem|tcp_max_orphans|tcp_low_latency|inet_peer_\\w+|ipfrag_secret_interval)',
    'ipv[46]/neigh/\\w+/gc_\\w+',
    'ipv[46]/route/\\w+',
    'nf_conntrack_max',
  ].join('|')})$`,
)
/** Of modules, and of older kernels. */
const OF_KERNEL =
  /^net\/(?:mpls|bridge|netfilter|ipv4\/vs|ipv4\/netfilter)\/|^net\/ipv4\/(?:tcp_tw_recycle|tcp_available_ulp|ip_conntrack_max)$/

/** A setting that a command asks for, and that no machine of a walk has. */
export interface MissingSetting {
  /** A real machine may have it all the same: only namespaces do not. */
  isOfMachine: boolean
  said: string
}

/**
 * The line in which a command complains of a setting that is there on a document's machine, and here
 * is not; a name that no kernel has is the document's own.
 */
export function missingSetting(text: string, output: string): MissingSetting | undefined {
  for (const line of output.split('\n')) {
    const said = line.trim()
    const key = MISSING.exec(line)?.[1] ?? ''
    if (READ_ONLY.test(line) || OF_MACHINE.test(key)) return { isOfMachine: true, said }
    const isControl = NO_CONTROL.test(line) && text.includes('tcp_congestion_control')
    if (isControl || OF_KERNEL.test(key)) return { isOfMachine: false, said }
  }
  return undefined
}
