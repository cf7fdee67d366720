import { addressName, isLinkLocal } from './address-name.ts'
import { wordValues } from './device.ts'
import { isCut } from './shown-lines.ts'
import { factsOf } from './thing.ts'
import type { Thing } from './thing.ts'

/** What of an address a listing says. */
export interface AddressFacts {
  scope?: string | undefined
  /** `ready`, `tentative`, `failed`: whether somebody else on the link has it. */
  state?: string | undefined
  /** Some tools and commands give one, and some do not; of a point-to-point link, the other end. */
  broadcast?: string | undefined
}

/** An address of a device, by its text: `192.0.2.1/24`, `10.0.0.1 peer 10.0.0.2/32`. */
export function createAddress(text: string, { broadcast, ...facts }: AddressFacts): Thing {
  const name = text.split(' ').map(addressName).join(' ')
  const isOwn = isLinkLocal(name)
  const thing: Thing = {
    name,
    kind: name.includes(':') ? 'IPv6 address' : 'address',
    facts: factsOf({ ...facts }),
  }
  thing.text = text
  thing.mutually = factsOf({ broadcast })
  // The kernel makes one for each device that is up.
  if (isOwn || name === '127.0.0.1/8' || name === '::1/128') thing.isUsual = true
  if (isOwn && name.includes('*')) {
    const why =
      'the kernel makes link-local addresses by itself, a second or two after a link is up'
    thing.whyMissing = why
    thing.whyOther = () => why
  }
  return thing
}

/** A line of `ip addr`: `inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0`. */
export function readAddress(line: string): { address: Thing; label?: string } | undefined {
  const [, text, rest = ''] =
    /^\s*inet6?\s+([\da-f.:]+(?:\/\d+)?(?:\s+peer\s+[\da-f.:]+(?:\/\d+)?)?)(?:\s+(.*))?$/i.exec(
      line,
    ) ?? []
  if (text === undefined) return undefined
  const words = rest.split(/\s+/)
  const scope = words[words.indexOf('scope') + 1]
  const state = words.includes('dadfailed')
    ? 'failed'
    : words.includes('tentative')
      ? 'tentative'
      : isCut(rest)
        ? undefined
        : 'ready'
  const address = createAddress(text.replace(/\s+/g, ' '), {
    scope: words.includes('scope') ? scope : undefined,
    state,
    broadcast: wordValues(rest, new Set(['brd']))['brd'],
  })
  // Of IPv4 the last word is a device's, or one of its labels.
  const label = text.includes(':') || words.length < 3 ? undefined : words.at(-1)
  return label === undefined ? { address } : { address, label }
}
