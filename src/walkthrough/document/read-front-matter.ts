import { createRequire } from 'node:module'
import type { Document } from 'yaml'
import { UsageError } from '../../errors.ts'
import { canonicalAddress } from '../../ipam/address.ts'
import type { FrontMatter } from './front-matter.ts'
import * as matter from './matter-value.ts'
import { WrongMatter, type MatterValue } from './matter-value.ts'

export interface Head {
  /** How many lines of the file it takes. */
  lines: number
  title?: string
  frontMatter: FrontMatter
  remarks: string[]
}

// A third of all the code of a walk: for documents that have front matter.
const loadYaml = () => createRequire(import.meta.url)('yaml') as typeof import('yaml')

const OURS = 'tnet-lab'
/** Front matter is short; a `---` further down is a rule between two sections. */
const LONGEST = 1000
const MOST_ALIASES = 100

type Readers = { [Key in keyof FrontMatter]-?: (given: MatterValue) => FrontMatter[Key] }

const READERS: Readers = {
  hosts: matter.hosts,
  gateway: matter.addresses,
  outside: matter.outside,
  forward: matter.policy,
  namespaces: matter.texts,
  sysctls: matter.sysctls,
  setup: matter.script,
  timeout: matter.seconds,
  tags: matter.texts,
  requires: matter.texts,
}
const isKey = (name: string): name is keyof FrontMatter => Object.hasOwn(READERS, name)

/** Two with one address on a link get each other's packets. */
function checkDistinct({ hosts = {}, gateway = [] }: FrontMatter): void {
  const owners = new Map<string, string>()
  const given = [
    ...Object.entries(hosts).map(([name, { address }]) => ({ path: ['hosts', name], address })),
    { path: ['gateway'], address: gateway },
  ]
  for (const { path, address = [] } of given) {
    for (const one of address) {
      const bare = canonicalAddress(one.split('/', 1)[0] ?? '')
      const name = path.join('.')
      const owner = owners.get(bare)
      if (owner !== undefined) {
        const hint = 'give each machine, and the gateway, an address of its own'
        throw new WrongMatter(`"${name}" has ${bare}, as "${owner}" has`, [OURS, ...path], hint)
      }
      owners.set(bare, name)
    }
  }
}

function readOurs(value: unknown): FrontMatter {
  if (value === null) return {}
  const read = matter
    .entries({ value, path: [OURS] }, `${OURS}: { forward: DROP }`)
    .map(([name, item]) => {
      if (isKey(name)) return [name, READERS[name](item)]
      const hint = `known are ${Object.keys(READERS).join(', ')}`
      throw new WrongMatter(`"${name}" is no key of ${OURS}`, item.path, hint)
    })
  const frontMatter = Object.fromEntries(read) as FrontMatter
  checkDistinct(frontMatter)
  return frontMatter
}

/** Where the key stands that `path` ends at, as an offset in the YAML. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  const { isMap } = loadYaml()
  for (let length = path.length; length > 0; length--) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => String(key) === String(last))
      const range = (pair?.key as { range?: [number] } | undefined)?.range
      if (range !== undefined) return range[0]
    }
    const node = document.getIn(path.slice(0, length), true) as { range?: [number] } | undefined
    if (node?.range !== undefined) return node.range[0]
  }
  return 0
}

function refusal(message: string, where: string, hint: string, cause: unknown): UsageError {
  return new UsageError(`front matter of ${where}: ${message}`, {
    code: 'TNET_FRONT_MATTER',
    hint,
    cause,
  })
}

/** The lines between two `---`, or where `+++` stands around TOML, none of which is ours. */
function extent(lines: readonly string[]): { fence: string; end: number } | undefined {
  const fence = lines[0]?.trimEnd()
  if (fence !== '---' && fence !== '+++') return undefined
  for (let end = 1; end < Math.min(lines.length, LONGEST); end++) {
    const line = lines[end]?.trimEnd()
    if (line === fence || (fence === '---' && line === '...')) return { fence, end }
  }
  return undefined
}

const plainTitle = (yaml: string) =>
  /^title[ \t]*[:=][ \t]*(["']?)(.{1,300})\1[ \t]*$/m.exec(yaml)?.[2]?.trim()

/**
 * Reads the YAML that a document may begin with: its `title`, and what stands below `tnet-lab`.
 * The rest belongs to the blog that the document comes from, and may be as wrong as it likes.
 */
export function readFrontMatter(lines: readonly string[], file: string): Head {
  const found = extent(lines)
  if (found === undefined) return { lines: 0, frontMatter: {}, remarks: [] }
  const yaml = lines.slice(1, found.end).join('\n')
  const plain = plainTitle(yaml)
  const head = {
    lines: found.end + 1,
    ...(plain === undefined ? {} : { title: plain }),
    frontMatter: {},
    remarks: [],
  }
  const isOurs = /^(["']?)tnet-lab\1[ \t]*:/m.test(yaml)
  if (found.fence === '+++') return head
  const { LineCounter, parseDocument } = loadYaml()
  const counter = new LineCounter()
  // The file's second line is the first of the YAML.
  const where = (offset: number) => `${file}:${counter.linePos(offset).line + 1}`
  const document = parseDocument(yaml, { lineCounter: counter, logLevel: 'silent' })
  const [error] = document.errors
  if (error !== undefined) {
    if (!isOurs) return { ...head, remarks: ['its front matter is not YAML, and is left out'] }
    const [message = 'it is not YAML'] = error.message.split('\n')
    const hint = 'write it as YAML: keys, a colon and a space, two spaces deeper what is below'
    throw refusal(message.replace(/ at line \d+.*$/, ''), where(error.pos[0]), hint, error)
  }
  try {
    const values: unknown = document.toJS({ maxAliasCount: MOST_ALIASES })
    if (typeof values !== 'object' || values === null) return head
    const { title, [OURS]: ours } = values as Record<string, unknown>
    const named = typeof title === 'string' && title.trim() !== '' ? { title: title.trim() } : {}
    return { ...head, ...named, frontMatter: ours === undefined ? {} : readOurs(ours) }
  } catch (cause) {
    if (cause instanceof WrongMatter) {
      throw refusal(cause.message, where(offsetOf(document, cause.path)), cause.hint, cause)
    }
    if (!isOurs) return { ...head, remarks: ['its front matter cannot be read, and is left out'] }
    throw refusal(String(cause), `${file}:2`, 'write it without aliases', cause)
  }
}
