import { CommandError, UsageError } from '../../errors.ts'
import { addressBytes, addressText } from '../../kernel/netlink/address-bytes.ts'
import { spelled } from '../../kernel/spelling.ts'
import { runInNetns, type CommandResult } from '../../lab/command.ts'
import { globalAddresses } from '../../lab/hosts-file.ts'
import { Node } from '../../lab/node.ts'
import { shellWord } from '../../names.ts'
import type { Attempt, Check } from '../check.ts'
import { patience, type Mode } from '../mode.ts'
import { checkOptions, milliseconds } from '../options.ts'

export interface ResolveOptions {
  /** Milliseconds until an answer. Default 1000. */
  timeoutMs?: number
}

/** getent(1): a key that it does not know. */
const NOT_FOUND = 2

function wantedAddresses(wanted: Node | string | undefined): string[] {
  if (wanted === undefined) return []
  if (typeof wanted === 'string') return [addressText(addressBytes(wanted).bytes)]
  const all = globalAddresses(wanted).map(({ address }) => address)
  if (all.length > 0) return all
  throw new UsageError(`"${wanted.label}" has no address that a name could lead to`, {
    code: 'TNET_ADDRESS_NONE',
    hint: 'add one first',
  })
}

function checkName(name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[^\s-][^\s]*$/.test(name)) return
  throw new UsageError(`toResolve: ${JSON.stringify(name)} is not a name`, {
    code: 'TNET_NAME_INVALID',
    hint: "give a host name: expect(web).toResolve('db', db)",
  })
}

function read(result: CommandResult, node: Node, wanted: readonly string[]): Attempt {
  const { exitCode, stdout, stderr } = result
  const addresses = [...new Set(stdout.split('\n').map(line => line.split(/\s/)[0] ?? ''))].filter(
    address => address !== '',
  )
  if (exitCode === 0) {
    const ok = wanted.length === 0 || addresses.some(address => wanted.includes(address))
    return { ok, received: addresses.join(', ') }
  }
  if (exitCode === NOT_FOUND) return { ok: false, received: 'an unknown name' }
  const received = exitCode === null ? 'no answer in time' : `getent: exit code ${exitCode}`
  const unusable = new CommandError(`getent could not do its work on "${node.label}"`, {
    code: 'TNET_GETENT_FAILED',
    hint: 'this says nothing about the name; type the command by hand',
    facts: { ended: received, ...(stderr === '' ? {} : { said: stderr.trim() }) },
  })
  return { ok: false, received, unusable }
}

/** @param wanted an address that the name must lead to, or a node, any of whose addresses will do */
export function toResolve(
  node: Node,
  name: string,
  wanted: Node | string | undefined,
  { options, mode }: { options: ResolveOptions; mode: Mode },
): Check {
  checkName(name)
  checkOptions('toResolve', options, { timeoutMs: milliseconds })
  const timeoutMs = Math.max(1000, patience(mode, options.timeoutMs))
  const addresses = wantedAddresses(wanted)
  const target = wanted instanceof Node ? `${wanted.label} (${addresses.join(', ')})` : wanted
  const text = JSON.stringify(name) + (target === undefined ? '' : ` to ${target}`)
  return {
    title: `${node.label} resolves ${text}`,
    negated: `${node.label} does not resolve ${text}`,
    expected: target ?? 'an address',
    unexpected: target === undefined ? 'no address' : `not ${target}`,
    command: spelled(node.netns.name, `getent ahosts ${shellWord(name)}`),
    look: async () => {
      const limit = { names: true, timeoutMs }
      return read(await runInNetns(node, 'getent', ['ahosts', name], limit), node, addresses)
    },
  }
}
