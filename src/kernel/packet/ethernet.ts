import { addressText, macText } from '../netlink/address-bytes.ts'
import { nextOfEtherType, type Step } from './layer.ts'

export function ethernet(bytes: Buffer): Step | undefined {
  if (bytes.length < 14) return undefined
  const type = bytes.readUInt16BE(12)
  return {
    layer: {
      protocol: 'ethernet',
      source: macText(bytes.subarray(6, 12)),
      destination: macText(bytes.subarray(0, 6)),
      type,
    },
    next: nextOfEtherType(type),
    rest: bytes.subarray(14),
  }
}

/** An 802.1Q tag, without the 0x8100 that announces it. */
export function vlan(bytes: Buffer): Step | undefined {
  if (bytes.length < 4) return undefined
  const tag = bytes.readUInt16BE(0)
  const type = bytes.readUInt16BE(2)
  return {
    layer: { protocol: 'vlan', id: tag & 0xfff, priority: tag >> 13, type },
    next: nextOfEtherType(type),
    rest: bytes.subarray(4),
  }
}

/** ARP for IPv4 on Ethernet (RFC 826); others are data. */
export function arp(bytes: Buffer): Step | undefined {
  if (bytes.length < 8) return undefined
  const isIpv4 = bytes.readUInt16BE(2) === 0x0800 && bytes.readUInt16BE(4) === 0x0604
  if (!isIpv4) return { layer: { protocol: 'data', length: bytes.length } }
  if (bytes.length < 28) return undefined
  return {
    layer: {
      protocol: 'arp',
      operation: bytes.readUInt16BE(6),
      senderMac: macText(bytes.subarray(8, 14)),
      sender: addressText(bytes.subarray(14, 18)),
      targetMac: macText(bytes.subarray(18, 24)),
      target: addressText(bytes.subarray(24, 28)),
      length: bytes.length,
    },
  }
}
