import { makerOf } from './compare/firewall/foreign-chain.ts'
import { simpleCommands } from './compare/simple-command.ts'

const BUILT_IN = /^(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING|BROUTING)$/
const TO_CHAIN =
  /^(?:-[ADCIRLSFZXPE]|--(?:append|delete|check|insert|replace|list|list-rules|flush|zero|delete-chain|policy|rename-chain))$/
/** iptables-nft names it; extensions, which may be missing as well, have names in capitals. */
const NAMED =
  /Chain '([^']+)' does not exist|chain `([^']+)' in table \S+ is incompatible|Couldn't load target `([^']*[^A-Z\d'][^']*)'/
const UNNAMED = 'No chain/target/match by that name'

/**
 * The chain that iptables does not find. It says the same of an extension that the kernel lacks, but
 * then the rule is for a chain that is there.
 */
export function missingChain(text: string, output: string): string | undefined {
  const [, ...names] = NAMED.exec(output) ?? []
  const named = names.find(name => name !== undefined)
  if (named !== undefined || !output.includes(UNNAMED)) return named
  return simpleCommands(text)
    .filter(({ program }) => /^(?:ip6?|eb|arp)tables\b/.test(program))
    .flatMap(({ args }) => args.filter((_, i) => TO_CHAIN.test(args[i - 1] ?? '')))
    .find(word => /^[\w:.-]+$/.test(word) && !word.startsWith('-') && !BUILT_IN.test(word))
}

/** Whose chain it is, where that is no document's. */
export function chainOfOthers(chain: string): string | undefined {
  const maker = makerOf(chain)
  return maker && `${maker} makes the chain ${chain}, and is not here`
}
