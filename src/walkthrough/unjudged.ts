import { packageOf } from '../kernel/tool.ts'
import { simpleCommands } from './compare/simple-command.ts'
import { NO_KERNEL, NOT_HERE } from './host/stand-ins.ts'
import { toFillIn } from './fill-in.ts'
import type { Circumstances, Judgement, Ran } from './judge.ts'
import { missingSetting } from './machine-settings.ts'
import { withoutCertificate } from './made-up.ts'
import { chainOfOthers, missingChain } from './missing-chain.ts'
import type { OutsidePlan, PlannedStep } from './plan/walk-plan.ts'
import type { TypedCommand } from './typed/typed.ts'
import { unshownScript } from './unshown-script.ts'

/** What iproute2 and iptables print when the kernel has not what they ask for. */
const UNSUPPORTED =
  /Unknown device type|RTNETLINK answers: (?:Operation|Protocol) not supported|Operation not supported|Protocol not supported|No chain\/target\/match by that name|Couldn't load (?:match|target)|Extension \S+ .*not supported|Protocol wrong type for socket|Specified (?:qdisc|class|filter|action) kind is unknown|TC classifier not found|Failed to load TC action module|lwt encapsulation type not supported|Requested type not found|add tunnel "\w+" failed: No such device|can't initialize ip6?tables table|could not insert '\S+': Operation not permitted/
/** Of ip-fou(8), ip-l2tp(8) and the like: nobody listens to their family of netlink messages. */
const NO_FAMILY = /No such file or directory\nError talking to the kernel/
/** As ip and socat say it; many machines keep it for their root. */
const NO_TUN = /^open: (?:Permission denied|No such)|\/dev\/net\/tun\W.*(?:denied|No such)/
/** To sysfs nothing is added: a switch that is not there may not be made either. */
const NO_SWITCH = /\/sys\/(?:class|devices\/virtual)\/net\/\S+: Permission denied/
/** Programs and most settings of a walk's machines are there to be read; to remove them is no aim. */
const READ_ONLY = /(?:^|[\s'"‘])\/(?:etc|usr|lib\d*|s?bin)\/[^\s:]+.*: Read-only file system/
/** A walk's machines have no control groups of their own. */
const NO_CGROUPS = /No such file or directory|[Pp]ermission denied|Read-only file system/
/** As networkctl, resolvectl and others of systemd say that nobody is there whom they ask. */
const NO_SYSTEMD =
  /Failed to connect (?:to )?(?:system |user )?(?:scope )?bus|not been booted with systemd/
/** Only root of the real machine may, wherever this runs. */
const NOT_CONTAINED =
  /permission denied on key|\/sys\/(?:module|kernel|block|fs|bus|devices\/system)\/\S+: Permission denied|mknod: .*Operation not permitted|reassociate to namespace '?ns\/(?:cgroup|time)'? failed: Operation not permitted/

const LACKS = 'this kernel lacks what it needs:'

const lineWith = (text: string, pattern: RegExp | string) =>
  text
    .split('\n')
    .find(line => (typeof pattern === 'string' ? line.includes(pattern) : pattern.test(line)))
    ?.trim()

/** Why it was not really run. */
function refused(
  { text, shown = [] }: TypedCommand,
  { exitCode, output }: Ran,
  steps: readonly PlannedStep[],
): Judgement | undefined {
  const kernel = lineWith(output, NO_KERNEL)
  if (kernel !== undefined) {
    return {
      verdict: 'cannot-judge',
      reason: kernel.slice(kernel.indexOf(NO_KERNEL)).replace(`${NO_KERNEL} `, ''),
    }
  }
  const notHere = lineWith(output, NOT_HERE)
  if (notHere !== undefined && exitCode !== 0) {
    return { verdict: 'not-run', reason: notHere.slice(notHere.indexOf(NOT_HERE)) }
  }
  const setting = missingSetting(text, output)
  if (setting !== undefined && !shown.some(line => line.includes(setting.said))) {
    return setting.isOfMachine
      ? { verdict: 'not-run', reason: `${NOT_HERE} no namespace has it: ${setting.said}` }
      : { verdict: 'cannot-judge', reason: `${LACKS} ${setting.said}` }
  }
  const blank = exitCode === 0 ? undefined : toFillIn(text, output)
  if (blank !== undefined && !shown.some(line => line.includes(blank))) {
    return { verdict: 'not-run', reason: `"${blank}" stands for something to fill in` }
  }
  const typed = () => steps.map(({ command }) => command.text)
  const script = exitCode === 0 ? undefined : unshownScript(text, output, typed)
  if (script !== undefined && !shown.some(line => line.includes(script))) {
    return { verdict: 'not-run', reason: `the document does not show what is in ${script}` }
  }
  const missing =
    /(?:^|: )([\w.+-]+): (?:command )?not found|exec of "([^"]+)" failed: No such file/m.exec(
      output,
    )
  const program = missing?.[1] ?? missing?.[2]
  // 10.0.0.1 is none: the shell took for one what belongs to another; nor is [command].
  const isProgram = program !== undefined && /^[\w./-]*[a-z]/i.test(program)
  // Of a pipe the end may be well; a document may show that there is none.
  const isShown = shown.some(line => line.includes('not found'))
  if (isProgram && !isShown && simpleCommands(text).some(one => one.program === program)) {
    const from = packageOf(program)
    const hint = from === undefined ? '' : `: apt-get install ${from}`
    return { verdict: 'not-run', reason: `this machine has no ${program}${hint}` }
  }
  return undefined
}

/** Why its failure says nothing about the document. */
function lacking(
  { command: { text, shown = [] }, expects }: PlannedStep,
  { exitCode, output }: Ran,
  outside: readonly OutsidePlan[],
): Judgement | undefined {
  const chain = missingChain(text, output)
  if (chain !== undefined) {
    const reason = shown.join('').includes('iptables') ? undefined : chainOfOthers(chain)
    return reason === undefined ? undefined : { verdict: 'cannot-judge', reason }
  }
  const unsupported =
    lineWith(output, UNSUPPORTED) ??
    lineWith(output, NO_SWITCH) ??
    NO_FAMILY.exec(output)?.[0].replace('\n', '; ')
  if (unsupported !== undefined) {
    return { verdict: 'cannot-judge', reason: `${LACKS} ${unsupported}` }
  }
  const tun = lineWith(output, NO_TUN)
  if (tun !== undefined && /\btun/i.test(text)) {
    return { verdict: 'cannot-judge', reason: `/dev/net/tun may not be opened here: ${tun}` }
  }
  const cgroup = lineWith(output, NO_CGROUPS)
  if (cgroup !== undefined && /\/sys\/fs\/cgroup\b|\bmount\b.*\bcgroup2?\b/.test(text)) {
    return { verdict: 'cannot-judge', reason: `a walk's machines have no cgroups: ${cgroup}` }
  }
  const site = withoutCertificate(text, { exitCode, output }, outside)
  if (site !== undefined) {
    const reason = `${site} was reached, but nobody in a walk has its certificate`
    if (expects === 'failure') return { verdict: 'succeeded', reason }
    return { verdict: 'not-run', reason: `${NOT_HERE} ${reason}` }
  }
  const readOnly = lineWith(output, READ_ONLY)
  if (readOnly !== undefined && !simpleCommands(text).some(({ program }) => program === 'rm')) {
    return { verdict: 'not-run', reason: `${NOT_HERE} it may only be read in a walk: ${readOnly}` }
  }
  if (lineWith(output, NO_SYSTEMD) !== undefined) {
    return { verdict: 'not-run', reason: `${NOT_HERE} the simulated machine has no systemd` }
  }
  const denied = lineWith(output, NOT_CONTAINED)
  if (denied !== undefined) {
    return { verdict: 'not-run', reason: `${NOT_HERE} only root of a real machine may: ${denied}` }
  }
  return undefined
}

/** Why a command says nothing about the document, when it does not. */
export function unjudged(
  step: PlannedStep,
  ran: Ran,
  { outside = [], steps = [] }: Circumstances,
): Judgement | undefined {
  const why = refused(step.command, ran, steps)
  if (why !== undefined || ran.exitCode === 0) return why
  return lacking(step, ran, outside)
}
