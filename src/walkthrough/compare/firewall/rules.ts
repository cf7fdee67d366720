import type { ComparedOutput, Comparison, SimpleCommand } from '../comparison.ts'
import { plainLines } from '../lines.ts'
import type { Ruleset } from './chain.ts'
import { compareRulesets } from './compare-rulesets.ts'
import { readEbtables } from './ebtables-listing.ts'
import { readListing } from './iptables-listing.ts'
import { readRules } from './iptables-rules.ts'
import { readNft } from './nft-listing.ts'

type Reader = (lines: readonly string[]) => Ruleset

const IPTABLES = /^ip6?tables(?:-legacy|-nft)?$/
const SAVE = /^ip6?tables(?:-legacy|-nft)?-save$/

/** Options of one letter may stand together: `-nvL`. */
const has = (args: readonly string[], letter: string, word: string) =>
  args.some(arg => new RegExp(`^-[a-zA-Z]*${letter}`).test(arg) || arg === word)

function readerOf({ program, args }: SimpleCommand): Reader | undefined {
  if (SAVE.test(program)) return readRules
  if (IPTABLES.test(program)) {
    if (has(args, 'S', '--list-rules')) return readRules
    return has(args, 'L', '--list') ? readListing : undefined
  }
  if (program === 'nft') return args.includes('list') ? readNft : undefined
  if (program.startsWith('ebtables')) return has(args, 'L', '--list') ? readEbtables : undefined
  return undefined
}

/** Listings of `iptables`, `ip6tables`, `nft` and `ebtables`: chains, policies, rules. */
export function rules({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  const reader = readerOf(command)
  if (reader === undefined) return undefined
  const wanted = reader(shown)
  if (wanted.chains.length === 0) return undefined
  return compareRulesets(wanted, reader(plainLines(seen)))
}
