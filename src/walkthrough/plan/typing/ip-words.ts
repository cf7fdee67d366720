import type { SimpleCommand } from '../../compare/comparison.ts'

/** `ip [options] OBJECT [ACTION] …`, with its abbreviations written out. */
export interface IpWords {
  object: string
  /** `show` where none is given. */
  action: string
  rest: string[]
}

const OBJECTS = ['address', 'link', 'route', 'rule', 'neighbour', 'netns', 'tunnel', 'tuntap']
/** In the order in which `ip` itself tries them: `ip link s` sets, `ip addr s` shows. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  address: ['add', 'change', 'replace', 'delete', 'show', 'list', 'lst', 'flush', 'save'],
  link: ['add', 'set', 'change', 'replace', 'delete', 'show', 'list', 'lst'],
  route: ['list', 'show', 'lst', 'get', 'add', 'append', 'change', 'replace', 'delete', 'flush'],
  rule: ['list', 'show', 'lst', 'add', 'delete', 'flush'],
  neighbour: ['add', 'change', 'replace', 'delete', 'get', 'show', 'list', 'flush'],
  netns: ['list', 'show', 'add', 'set', 'delete', 'identify', 'pids', 'exec', 'monitor', 'attach'],
  tunnel: ['add', 'change', 'delete', 'show', 'list'],
  tuntap: ['add', 'delete', 'show', 'list'],
}
const WITH_WORD = /^-(f|family|b|batch|rc|rcvbuf|l|loops|n|net|netns)$/

const starting = (words: readonly string[], start: string) =>
  words.find(word => word.startsWith(start))

/** What an `ip` command is about; undefined for other programs, and for `ip` alone. */
export function ipWords({ program, args }: SimpleCommand): IpWords | undefined {
  if (program !== 'ip') return undefined
  let i = 0
  while (args[i]?.startsWith('-')) i += WITH_WORD.test(args[i] ?? '') ? 2 : 1
  const [first, second, ...rest] = args.slice(i)
  if (first === undefined) return undefined
  const object = starting(OBJECTS, first) ?? first
  if (second === undefined) return { object, action: object === 'monitor' ? '' : 'show', rest: [] }
  const action = starting(
    (Object.hasOwn(ACTIONS, object) ? ACTIONS[object] : undefined) ?? [],
    second,
  )
  if (action !== undefined) {
    return { object, action: /^(list|lst)$/.test(action) ? 'show' : action, rest }
  }
  return { object, action: second, rest }
}

/** The word behind one of `names`: of `dev eth0`, `eth0`. */
export function wordAfter(words: readonly string[], ...names: string[]): string | undefined {
  const at = words.findIndex(word => names.includes(word))
  return at < 0 ? undefined : words[at + 1]
}
