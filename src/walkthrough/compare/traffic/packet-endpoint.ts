/** Names that tcpdump prints for ports without `-n`: those of the documents of the field. */
const SERVICES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ftp: 21,
    ssh: 22,
    telnet: 23,
    smtp: 25,
    domain: 53,
    bootps: 67,
    bootpc: 68,
    http: 80,
    www: 80,
    ntp: 123,
    snmp: 161,
    bgp: 179,
    https: 443,
    syslog: 514,
    'iscsi-target': 3260,
    mysql: 3306,
    vxlan: 4789,
    'commplex-main': 5000,
    'commplex-link': 5001,
    mdns: 5353,
    hostmon: 5355,
    geneve: 6081,
    'afs3-fileserver': 7000,
    irdmi: 8000,
    'http-alt': 8080,
    webcache: 8080,
    otv: 8472,
    distinct: 9999,
  }),
)
/** The first that `ip_local_port_range` gives away. */
const FIRST_CHOSEN = 32768

/** One end of a packet. */
export interface PacketEndpoint {
  address: string
  port?: number
}

/**
 * Link-local addresses that the kernel makes of a MAC, or out of chance, and their solicited-node
 * groups: other ones on every machine.
 */
export const withoutOwnAddresses = (text: string): string =>
  text
    .replace(/\bfe80::(?:[\da-f]{1,4}:){2,3}[\da-f]{1,4}\b/gi, 'fe80::*')
    .replace(/\bff02::1:ff[\da-f]{2}:[\da-f]{1,4}\b/gi, 'ff02::1:ff*')

/** Of a number, or a service's name. */
export const portOf = (word: string): number | undefined =>
  /^\d{1,5}$/.test(word) ? Number(word) : SERVICES.get(word.toLowerCase())

/** Whether the kernel picks such ports for clients. */
export const isChosenPort = (port: number): boolean => port >= FIRST_CHOSEN

/** `192.0.2.1.80`, `fe80::1.5353`, `web.http`, `web`: an address, and a port if there is one. */
export function readEndpoint(text: string): PacketEndpoint {
  const numeric = /^(\d+\.\d+\.\d+\.\d+|[\da-f]*:[\da-f:]*\*?(?:%\w+)?)(?:\.([\w-]+))?$/i.exec(text)
  const [, address, word] = numeric ?? /^(.+)\.([\w-]+)$/.exec(text) ?? []
  const port = word === undefined ? undefined : portOf(word)
  if (address === undefined || (word !== undefined && port === undefined)) return { address: text }
  return port === undefined ? { address } : { address, port }
}

/** Without the port if the kernel chose it: the other end's is the one that somebody knows. */
export function endpointText({ address, port }: PacketEndpoint, other: PacketEndpoint): string {
  if (port === undefined) return address
  const isChosen = isChosenPort(port) || (port >= 1024 && (other.port ?? port) < 1024)
  return isChosen ? address : `${address}.${port}`
}
