/** IFNAMSIZ of linux/if.h less the closing NUL. */
const LONGEST = 15

function digest(label: string, length: number): string {
  // Loaded only here: most labels need no digest, and crypto is a tenth of a start.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return createHash('sha256').update(label).digest('hex').slice(0, length)
}

/** Whether the kernel takes `name` for a link as it stands (dev_valid_name in net/core/dev.c). */
export function isLinkName(name: string): boolean {
  return (
    name !== '.' &&
    name !== '..' &&
    /^[^\s/:%\0]+$/u.test(name) &&
    Buffer.byteLength(name) <= LONGEST
  )
}

/**
 * A kernel link name for a label that a person reads: the label itself where the kernel and every
 * shell take it, otherwise what is plain of it and a digest. The same label gives the same name.
 *
 * @example
 * linkName('web')                     // 'web'
 * linkName('the shop behind the LB')  // 'theshopb-5c1b2e'
 */
export function linkName(label: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(label) && isLinkName(label)) return label
  const plain = label.replace(/[^A-Za-z0-9_]/g, '').slice(0, LONGEST - 7)
  return `${plain === '' ? 'x' : plain}-${digest(label, 6)}`
}

/** A name under /run/netns for a label: like `linkName`, up to 64 bytes. */
export function namespaceName(label: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(label)) return label
  const plain = label.replace(/[^A-Za-z0-9_]/g, '').slice(0, 48)
  return `${plain === '' ? 'x' : plain}-${digest(label, 6)}`
}

/**
 * A word as a POSIX shell reads it back: bare where it can be, in single quotes otherwise.
 *
 * @example
 * shellWord("it's") // `'it'\''s'`
 */
export function shellWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}
