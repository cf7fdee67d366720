import { EnvironmentError } from '../errors.ts'
import { iptablesEnvironment } from '../kernel/iptables-environment.ts'
import type { Netns } from '../kernel/netns.ts'
import { runShort } from '../kernel/short-program.ts'
import { toolMissing } from '../kernel/tool.ts'
import type { Family } from './rule.ts'

export interface Outcome {
  stdout: string
  stderr: string
  /** Empty when it did what it was asked; otherwise an exit code or a signal. */
  ended: string
}

type Verb = 'restore' | 'save'
type Backend = '' | '-legacy'

/** The machine's own choice, mostly nf_tables, until that turns out to be none for this kernel. */
let backend: Backend = ''

/** The program's name: `iptables-restore`, `ip6tables-legacy-save`. */
export function programOf(family: Family, verb: Verb, { on = backend }: { on?: Backend } = {}) {
  return `${family === 6 ? 'ip6tables' : 'iptables'}${on}-${verb}`
}

async function run(
  netns: Netns,
  file: string,
  args: readonly string[],
  input = '',
): Promise<Outcome> {
  // Its network namespace is all that iptables needs of the node.
  const running = netns.insideNet(() => [
    runShort(file, args, { env: iptablesEnvironment(), input }),
  ])[0]
  if (running === undefined) throw toolMissing(file)
  const { stdout, stderr, code } = await running
  return { stdout, stderr, ended: code === 0 ? '' : `exit code ${code}` }
}

/** How iptables on nf_tables says that the kernel has none: it cannot even make a table. */
export function lacksNfTables(stderr: string): boolean {
  const says =
    /TABLE_ADD failed \((?:Operation|Protocol) not supported\)|(?:Failed to initialize nft|Could not fetch rule set generation id): (?!Permission)/
  return says.test(stderr)
}

/** How the legacy one says it. */
const lacksLegacy = ({ stderr }: Outcome) => /(?:can't|unable to) initialize .*table/.test(stderr)

const isMissing = (error: unknown) =>
  error instanceof EnvironmentError && error.code === 'TNET_TOOL_MISSING'

function restoreOn(on: Backend, netns: Netns, family: Family, input: string): Promise<Outcome> {
  return run(netns, programOf(family, 'restore', { on }), ['--noflush', '--wait'], input)
}

/**
 * Lets `iptables-restore` read `input`. A kernel without nf_tables may have the legacy tables: then
 * theirs is the program from now on, in all namespaces.
 */
export async function restore(netns: Netns, family: Family, input: string): Promise<Outcome> {
  const outcome = await restoreOn(backend, netns, family, input)
  if (backend === '-legacy' || !lacksNfTables(outcome.stderr)) return outcome
  try {
    const legacy = await restoreOn('-legacy', netns, family, input)
    if (lacksLegacy(legacy)) return outcome
    backend = '-legacy'
    return legacy
  } catch (error) {
    if (isMissing(error)) return outcome
    throw error
  }
}

/** What `iptables-save` prints. */
export function save(netns: Netns, family: Family, args: readonly string[]): Promise<Outcome> {
  return run(netns, programOf(family, 'save'), args)
}
