import type { Comparison, Difference } from './compare/comparison.ts'
import type { OutsidePlan } from './plan/walk-plan.ts'

/** curl's exit code when TLS fails before it comes to certificates. */
const CURLE_SSL_CONNECT_ERROR = 35
const NO_TLS = /SSL_ERROR_SYSCALL|SSL_connect|Unable to establish SSL connection|gnutls_handshake/
/** Differences in what is merely text. */
const TEXT = /^line \d+$|^a line that is not shown$/

/** Those of them that a command names. */
function named(text: string, outside: readonly OutsidePlan[]): OutsidePlan[] {
  const asked = text.toLowerCase()
  const words = new Set(asked.split(/[^\w.-]+/))
  const isAsked = (word: string) => (word.includes(':') ? asked.includes(word) : words.has(word))
  return outside.filter(({ address, names }) => [address, ...names].some(isAsked))
}

const titleOf = ({ address, names }: OutsidePlan) => names[0] ?? address

/**
 * Whom behind the gateway a command asked for TLS, in vain: it was reached, and has no certificate
 * that anybody would believe.
 */
export function withoutCertificate(
  text: string,
  { exitCode, output }: { exitCode?: number | undefined; output: string },
  outside: readonly OutsidePlan[],
): string | undefined {
  if (!text.includes('https://')) return undefined
  if (exitCode !== CURLE_SSL_CONNECT_ERROR && !NO_TLS.test(output)) return undefined
  const [site] = named(text, outside)
  return site === undefined ? undefined : titleOf(site)
}

/** Those differences are none of the document's: they are told, with what they come from. */
function explaining(
  compared: Comparison,
  isOurs: (difference: Difference) => boolean,
  explanation: string,
): Comparison {
  const ours = compared.differences.filter(isOurs).map(one => ({ ...one, explanation }))
  return {
    ...compared,
    differences: compared.differences.filter(one => !isOurs(one)),
    explained: [...compared.explained, ...ours],
  }
}

/** A namespace that is there from the beginning, because the document uses it later, is listed early. */
export function besideGivenNamespaces(
  compared: Comparison,
  names: ReadonlySet<string>,
): Comparison {
  const isGiven = ({ what, shown }: Difference) =>
    shown === undefined && names.has(what.replace(/^namespace /, ''))
  const explanation =
    'it is taken for granted here: the document uses it, and shows nothing that makes it'
  return explaining(compared, isGiven, explanation)
}

/** `ip link | grep ^4`: an interface that is looked for by its number, which is another here. */
export function besideNumbers(
  compared: Comparison,
  { text, shown, seen }: { text: string; shown: readonly string[]; seen: string },
): Comparison {
  const number = /^[^|]*\bip\s[^|]*\|\s*grep\s+["']?\^?(\d{1,4}):?["']?\s*$/.exec(text)?.[1]
  const line = shown.find(one => number !== undefined && one.startsWith(`${number}: `))
  const [named] = /^\d+: [^:@]+/.exec(line ?? '') ?? []
  if (named === undefined || seen.includes(named)) return compared
  const explanation = `interface ${number} is another one here: the kernel counts them as they come`
  return explaining(compared, () => true, explanation)
}

/** The text of a page that nobody but the walk has written says nothing of the document. */
export function besideMadeUpPages(
  compared: Comparison,
  { text, seen }: { text: string; seen: string },
  outside: readonly OutsidePlan[],
): Comparison {
  const lines = new Set(seen.split('\n').map(line => line.trim()))
  const site = named(text, outside).find(({ isGiven, isDoubtful, http }) => {
    const first = http.split('\n').find(line => line.trim() !== '')
    return isGiven !== true && isDoubtful !== true && first !== undefined && lines.has(first.trim())
  })
  if (site === undefined) return compared
  const explanation = `what ${titleOf(site)} says is made up here`
  return explaining(compared, ({ what }) => TEXT.test(what), explanation)
}
