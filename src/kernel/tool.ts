import { EnvironmentError } from '../errors.ts'

/** The Debian package that brings a command; the same names on Ubuntu. */
const packages: Readonly<Record<string, string>> = {
  arp: 'net-tools',
  arping: 'iputils-arping',
  bash: 'bash',
  brctl: 'bridge-utils',
  bridge: 'iproute2',
  conntrack: 'conntrack',
  curl: 'curl',
  dig: 'bind9-dnsutils',
  ebtables: 'ebtables',
  ethtool: 'ethtool',
  getent: 'libc-bin',
  ifconfig: 'net-tools',
  ip: 'iproute2',
  ip6tables: 'iptables',
  'ip6tables-restore': 'iptables',
  'ip6tables-save': 'iptables',
  ipset: 'ipset',
  iptables: 'iptables',
  'iptables-restore': 'iptables',
  'iptables-save': 'iptables',
  nc: 'netcat-openbsd',
  netstat: 'net-tools',
  etcd: 'etcd-server',
  nft: 'nftables',
  nsenter: 'util-linux',
  ping: 'iputils-ping',
  python3: 'python3',
  route: 'net-tools',
  setpriv: 'util-linux',
  socat: 'socat',
  ss: 'iproute2',
  tc: 'iproute2',
  tcpdump: 'tcpdump',
  traceroute: 'traceroute',
  unshare: 'util-linux',
}

/** The package that brings `tool`, where it is known. */
export function packageOf(tool: string): string | undefined {
  return Object.hasOwn(packages, tool) ? packages[tool] : undefined
}

/** Whether a spawn failed because there is no such command; EACCES is a folder of PATH closed to us. */
export function isToolMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'EACCES'
}

/** The error for a command that is not on this machine. */
export function toolMissing(tool: string, cause?: unknown): EnvironmentError {
  const from = packageOf(tool)
  return new EnvironmentError(`there is no "${tool}" on this machine`, {
    code: 'TNET_TOOL_MISSING',
    hint:
      from === undefined
        ? `install what brings "${tool}", or give its path`
        : `apt-get install -y --no-install-recommends ${from}`,
    facts: { path: process.env['PATH'] ?? '' },
    cause,
  })
}
