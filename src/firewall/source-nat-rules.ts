import { familyOf, inTable, type RuleSet } from './rule.ts'

/** Which packets get another source address. */
export interface SourceNat {
  /** Where they come from: `10.0.1.0/24`. */
  source: string
  /** The device they leave by, or the one they do not. */
  out: { device: string; isExcept?: boolean }
  /** The source they get. Default: the device's own address at that moment, MASQUERADE. */
  address?: string
}

/**
 * The documents' rule, as they type it, in the built-in chain:
 *
 *     *nat
 *     -A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE
 *     -A POSTROUTING -s 10.0.1.0/24 -o eth0 -j SNAT --to-source 192.0.2.1
 *
 * MASQUERADE forgets its connections when the device's address goes; SNAT keeps them.
 */
export function sourceNatRules({ source, out, address }: SourceNat): RuleSet {
  const leaving = [...(out.isExcept === true ? ['!'] : []), '-o', out.device]
  const target = address === undefined ? ['MASQUERADE'] : ['SNAT', '--to-source', address]
  return {
    family: familyOf(source),
    chains: [],
    rules: [inTable('nat')`POSTROUTING -s ${source} ${leaving} -j ${target}`],
  }
}
