import { inEnglish } from '../../typed/translations.ts'

type Reason = readonly [pattern: RegExp, reason: string]

/** Why nothing came through, in the words of every tool and of its versions; in lower case. */
const REASONS: readonly Reason[] = [
  [
    /destination host (?:unreachable|administratively)|host unreachable|no route to host/,
    'host unreachable',
  ],
  [
    /network is unreachable|destination net(?:work)? unreachable|network unreachable/,
    'network unreachable',
  ],
  [
    /destination port unreachable|port unreachable|connection refused|couldn't connect to host/,
    'refused',
  ],
  [
    /administratively|packet filtered|communication prohibited|prohibited/,
    'administratively prohibited',
  ],
  [/protocol (?:not supported|unreachable)|unsupported protocol/, 'protocol unreachable'],
  [/time to live exceeded|ttl exceeded|hop limit|time exceeded/, 'time to live exceeded'],
  [/frag(?:mentation)? needed|message too long|packet too big/, 'too big'],
  [/redirect/, 'redirect'],
  [/operation not permitted|permission denied/, 'not permitted'],
  [
    /name or service not known|unknown host|bad address|could not resolve|cannot resolve|can't resolve|unable to resolve|temporary failure in name|name does not resolve|couldn't resolve|no address associated|nodename nor servname|name resolution|resolving timed out/,
    'the name does not resolve',
  ],
  [/timed? ?-?out|timeout was reached|timeout/, 'timed out'],
  [/connection reset|reset by peer/, 'reset'],
  [/empty reply|no data received/, 'empty reply'],
  [/cannot assign requested address|address not available/, 'no such address'],
  [/address (?:already )?in use/, 'address in use'],
  [/no such device|unknown iface|invalid argument|bad option/, 'no such device'],
]

/** Why something failed, in one spelling; undefined: the words are not known. */
export function failureReason(text: string): string | undefined {
  const words = inEnglish(text).toLowerCase().replace(/[‘’`]/g, "'")
  return REASONS.find(([pattern]) => pattern.test(words))?.[1]
}
