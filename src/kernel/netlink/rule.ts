import { UsageError } from '../../errors.ts'
import { shellWord } from '../../names.ts'
import { addressText, AF_INET, AF_INET6, AF_UNSPEC, prefixBytes } from './address-bytes.ts'
import { body, NLM_F_CREATE, NLM_F_EXCL, parseAttributes, text, type Request } from './message.ts'

/** linux/rtnetlink.h, linux/fib_rules.h */
const RTM_NEWRULE = 32
const RTM_DELRULE = 33
const RTM_GETRULE = 34
const FRA_DST = 1
const FRA_SRC = 2
const FRA_IIFNAME = 3
const FRA_PRIORITY = 6
const FRA_FWMARK = 10
const FRA_TABLE = 15
const FRA_FWMASK = 16
const FRA_OIFNAME = 17
const FR_ACT_TO_TBL = 1

/** A policy rule: which routing table decides for which packets. */
export interface RuleSpec {
  from?: string
  to?: string
  iif?: string
  oif?: string
  fwmark?: number
  table: number
  /** Order; lower is asked first. Default: the kernel puts it before all others. */
  priority?: number
  /** Needed only when no address says it. Default 4. */
  family?: 4 | 6
}

export interface RuleInfo {
  family: 'inet' | 'inet6'
  priority: number
  table: number
  from?: string
  to?: string
  iif?: string
  oif?: string
  fwmark?: number
}

function message(verb: 'add' | 'del', rule: RuleSpec): Request {
  const from = rule.from === undefined ? undefined : prefixBytes(rule.from)
  const to = rule.to === undefined ? undefined : prefixBytes(rule.to)
  if (from !== undefined && to !== undefined && from.family !== to.family) {
    throw new UsageError(`a rule cannot be from ${rule.from} to ${rule.to}`, {
      code: 'TNET_RULE_INVALID',
      hint: 'both addresses must be IPv4, or both IPv6',
    })
  }
  const family = from?.family ?? to?.family ?? (rule.family === 6 ? AF_INET6 : AF_INET)
  const words = [
    family === AF_INET6 ? 'ip -6 rule' : 'ip rule',
    verb,
    rule.priority === undefined ? '' : `priority ${rule.priority}`,
    rule.from === undefined ? '' : `from ${rule.from}`,
    rule.to === undefined ? '' : `to ${rule.to}`,
    rule.iif === undefined ? '' : `iif ${shellWord(rule.iif)}`,
    rule.oif === undefined ? '' : `oif ${shellWord(rule.oif)}`,
    rule.fwmark === undefined ? '' : `fwmark ${rule.fwmark}`,
    `table ${rule.table}`,
  ]
  const shell = words.filter(word => word !== '').join(' ')
  return {
    type: verb === 'add' ? RTM_NEWRULE : RTM_DELRULE,
    flags: verb === 'add' ? NLM_F_CREATE | NLM_F_EXCL : 0,
    operation: verb === 'add' ? 'RTM_NEWRULE' : 'RTM_DELRULE',
    what: `${verb === 'add' ? 'add' : 'delete'} the rule for table ${rule.table}`,
    shell,
    body: body(w => {
      w.fixed(12, [
        [0, 1, family],
        [1, 1, to?.length ?? 0],
        [2, 1, from?.length ?? 0],
        [4, 1, rule.table < 256 ? rule.table : 0],
        [7, 1, FR_ACT_TO_TBL],
      ])
      if (to !== undefined) w.bytes(FRA_DST, to.bytes)
      if (from !== undefined) w.bytes(FRA_SRC, from.bytes)
      if (rule.iif !== undefined) w.string(FRA_IIFNAME, rule.iif)
      if (rule.oif !== undefined) w.string(FRA_OIFNAME, rule.oif)
      if (rule.priority !== undefined) w.u32(FRA_PRIORITY, rule.priority)
      if (rule.fwmark !== undefined) w.u32(FRA_FWMARK, rule.fwmark).u32(FRA_FWMASK, 0xffffffff)
      w.u32(FRA_TABLE, rule.table)
    }),
  }
}

export const ruleAdd = (rule: RuleSpec): Request => message('add', rule)
export const ruleDelete = (rule: RuleSpec): Request => message('del', rule)

export const ruleList: Request = {
  type: RTM_GETRULE,
  flags: 0,
  operation: 'RTM_GETRULE',
  what: 'list rules',
  shell: 'ip rule',
  body: body(w => w.fixed(12, [[0, 1, AF_UNSPEC]])),
}

export function parseRule(message: Buffer): RuleInfo | undefined {
  // The multicast routing rules (RTNL_FAMILY_IPMR) come with the rest.
  if (message.readUInt8(0) > AF_INET6) return undefined
  const attributes = parseAttributes(message, 12)
  const prefix = (type: number, length: number) => {
    const bytes = attributes.get(type)
    return bytes === undefined ? undefined : `${addressText(bytes)}/${length}`
  }
  const name = (type: number) => {
    const bytes = attributes.get(type)
    return bytes === undefined ? undefined : text(bytes)
  }
  const to = prefix(FRA_DST, message.readUInt8(1))
  const from = prefix(FRA_SRC, message.readUInt8(2))
  const iif = name(FRA_IIFNAME)
  const oif = name(FRA_OIFNAME)
  const fwmark = attributes.get(FRA_FWMARK)?.readUInt32LE(0)
  return {
    family: message.readUInt8(0) === AF_INET6 ? 'inet6' : 'inet',
    priority: attributes.get(FRA_PRIORITY)?.readUInt32LE(0) ?? 0,
    table: attributes.get(FRA_TABLE)?.readUInt32LE(0) ?? message.readUInt8(4),
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    ...(iif === undefined ? {} : { iif }),
    ...(oif === undefined ? {} : { oif }),
    ...(fwmark === undefined ? {} : { fwmark }),
  }
}
