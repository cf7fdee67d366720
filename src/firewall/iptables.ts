import type { Netns } from '../kernel/netns.ts'
import { programOf, restore, save } from './iptables-program.ts'
import { failedLine, restoreFailure } from './restore-failure.ts'
import { restoreText, shellText } from './rule-text.ts'
import { type Family, type RuleSet, type Table } from './rule.ts'

/** What a restore did before it failed: the tables that were committed before that line. */
function committedPart(set: RuleSet, input: string, stderr: string): RuleSet {
  const before = input.split('\n').slice(0, (failedLine(stderr) ?? 1) - 1)
  const commits = before.filter(line => line === 'COMMIT').length
  const done = before.filter(line => line.startsWith('*')).slice(0, commits)
  const isDone = ({ table }: { table: Table }) => done.includes(`*${table}`)
  const { forwardPolicy, ...rest } = set
  return {
    ...rest,
    chains: set.chains.filter(isDone),
    rules: set.rules.filter(isDone),
    ...(forwardPolicy !== undefined && isDone({ table: 'filter' }) ? { forwardPolicy } : {}),
  }
}

/**
 * Adds or removes a set in one process. A table is one transaction, several are not: what was
 * committed when a later table fails is taken back, so that all happens or nothing.
 */
async function change(netns: Netns, set: RuleSet, verb: 'add' | 'remove'): Promise<void> {
  const input = restoreText(set, verb)
  if (input === '') return
  const shell = shellText(set, verb)
  netns.announce(shell)
  const { stderr, ended } = await restore(netns, set.family, input)
  if (ended === '') return
  const done = committedPart(set, input, stderr)
  const back = restoreText(done, verb === 'add' ? 'remove' : 'add')
  if (back !== '') await restore(netns, set.family, back)
  const file = programOf(set.family, 'restore')
  throw restoreFailure({ tool: file, where: netns.label, stderr, input, shell, ended })
}

export const addRules = (netns: Netns, set: RuleSet): Promise<void> => change(netns, set, 'add')
export const removeRules = (netns: Netns, set: RuleSet): Promise<void> =>
  change(netns, set, 'remove')

/** What `iptables-save` prints. */
export async function savedRules(
  netns: Netns,
  family: Family,
  { table, counters = false }: { table?: Table; counters?: boolean } = {},
): Promise<string> {
  const file = programOf(family, 'save')
  const args = [...(counters ? ['-c'] : []), ...(table === undefined ? [] : ['-t', table])]
  const { stdout, stderr, ended } = await save(netns, family, args)
  if (ended === '') return stdout
  const shell = [file, ...args].join(' ')
  throw restoreFailure({ tool: file, where: netns.label, stderr, input: '', shell, ended })
}
