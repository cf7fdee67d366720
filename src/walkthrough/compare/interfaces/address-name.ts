import { canonicalAddress, isAddress } from '../../../ipam/address.ts'

/** Whose last half the kernel made of a MAC (`ff:fe` in the middle) or out of chance. */
function isGenerated(address: string): boolean {
  const groups = address.split('::').at(-1)?.split(':') ?? []
  const isFromMac = /^(?:[\da-f]*:)*[\da-f]{0,2}ff:fe[\da-f]{2}:[\da-f]{1,4}$/.test(address)
  return isFromMac || (address.startsWith('fe80:') && groups.length >= 3)
}

/** A MAC, also one that an author made unreadable: `02:42:xx:xx:xx:xx`. */
export const MAC = /^(?:[\da-fx*]{2}:){5}[\da-fx*]{2}$/i

/**
 * An address by what it says, with its prefix if it has one: one way to write it, and without what a
 * MAC or chance put in it: `fe80::fca2:57ff:fe1c:67df/64` is `fe80::*`/64.
 */
export function addressName(text: string): string {
  const [, address = text, prefix = ''] = /^(.*?)(\/\d+)?$/.exec(text) ?? []
  if (!isAddress(address)) return text
  const canonical = canonicalAddress(address)
  if (!canonical.includes(':') || !isGenerated(canonical)) return canonical + prefix
  if (canonical.startsWith('fe80:')) return `fe80::*${prefix}`
  const [network = ''] = /^(?:[\da-f]+:){1,4}/.exec(canonical) ?? []
  return `${network}*${prefix}`
}

export const isLinkLocal = (name: string): boolean => /^fe80:/i.test(name)

/** A destination: `default` and single addresses in one spelling. */
export function destinationName(text: string): string {
  if (/^(?:0\.0\.0\.0\/0|::\/0|\[::\]\/0|0\/0|any|all)$/.test(text)) return 'default'
  return addressName(text.replace(/^([\d.]+)\/32$/, '$1').replace(/^([\da-f:]+)\/128$/i, '$1'))
}

/** `255.255.255.0` is 24. */
export function prefixOf(mask: string): number | undefined {
  if (!isAddress(mask, 4)) return undefined
  const bits = mask.split('.').map(octet => Number(octet).toString(2).padStart(8, '0'))
  const [, ones] = /^(1*)0*$/.exec(bits.join('')) ?? []
  return ones?.length
}
