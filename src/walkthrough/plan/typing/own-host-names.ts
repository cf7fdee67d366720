import type { TypedCommand } from '../../typed/typed.ts'

/** `unshare --uts`, `unshare -fpu`: a host name of its own, without a machine. */
const UNSHARED = /\bunshare\b[^\n;|&]*?\s(?:--uts\b|-(?!-)[A-Za-z]*u)/
const NAMED = /\bhostname\s+(?:-b\s+)?["']?([A-Za-z][\w.-]*)/g

/**
 * Host names that a document gives to UTS namespaces, which its prompts show from then on, and the
 * prompt's host that they are on; undefined: no prompt has said that.
 */
export function ownHostNames(
  commands: readonly TypedCommand[],
): ReadonlyMap<string, string | undefined> {
  const names = new Map<string, string | undefined>()
  let isUnshared = false
  for (const { text, prompt } of commands) {
    isUnshared ||= UNSHARED.test(text)
    if (!isUnshared) continue
    for (const [, name = ''] of text.matchAll(NAMED)) {
      const host = prompt?.host
      if (name === host || names.has(name)) continue
      names.set(name, host === undefined ? undefined : (names.get(host) ?? host))
    }
  }
  return names
}
