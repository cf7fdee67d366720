import type { ComparedOutput, Comparison, SimpleCommand } from '../comparison.ts'
import { isLeftOut, plainLines } from '../lines.ts'
import { listedProcesses } from './process-listing.ts'
import type { ListedProcess } from './process-listing.ts'

/** What runs on an author's machine whatever the document does. */
const SYSTEM =
  /^(?:\[.*\]$|\(?(?:init|systemd|dockerd|containerd|docker-|runc|kubelet|sshd|dbus-|cron|crond|atd|rsyslogd|syslogd|agetty|getty|login|NetworkManager|networkd|snapd|polkitd|accounts-|udevd|multipathd|unattended|gnome|gdm|Xorg|Xwayland|tmux|screen|su|sudo|-?(?:ba|z|da|k)?sh)(?![\w.]))/
const SELF = /^(?:ps|grep|e?grep|lsns|pgrep|awk|head|less|more)(?:\s|$)/

const isSame = (one: ListedProcess, other: ListedProcess) =>
  one.command === other.command && one.type === other.type

interface Pairs {
  /** As the document has it, and as it is. */
  pairs: [shown: ListedProcess, seen: ListedProcess][]
  missing: ListedProcess[]
  extra: ListedProcess[]
}

/** Each that is shown, beside one of the same command; undefined: no processes are listed. */
function pair(
  command: SimpleCommand,
  shown: readonly string[],
  seen: readonly string[],
): Pairs | undefined {
  const wanted = listedProcesses(
    command,
    shown.filter(line => !isLeftOut(line)),
  )
  const extra = listedProcesses(command, seen)
  if (wanted === undefined || extra === undefined) return undefined
  const pairs: Pairs['pairs'] = []
  const missing: ListedProcess[] = []
  for (const one of wanted) {
    const at = extra.findIndex(other => isSame(one, other))
    const [partner] = at === -1 ? [] : extra.splice(at, 1)
    if (partner === undefined) missing.push(one)
    else pairs.push([one, partner])
  }
  return { pairs, missing, extra }
}

/** Which process of ours each is that a listing shows, where its command tells. */
export function pairedPids(
  command: SimpleCommand,
  shown: readonly string[],
  seen: readonly string[],
): [shown: number, seen: number][] {
  const pairs = pair(command, shown, seen)?.pairs ?? []
  return pairs.map(([one, other]) => [one.pid, other.pid])
}

/** `ps`, `lsns`, `pgrep -a`: that a program runs is a result; its numbers, times and user are none. */
export function processes({ command, shown, seen }: ComparedOutput): Comparison | undefined {
  const found = pair(command, shown, plainLines(seen))
  if (found === undefined) return undefined
  const missing = found.missing
    .filter(one => !SELF.test(one.command))
    .map(one => ({
      isSystem: SYSTEM.test(one.command),
      difference: { what: `process ${one.pid}`, shown: one.command },
    }))
  const explanation = 'it belongs to the machine of who wrote the document'
  return {
    differences: missing.filter(one => !one.isSystem).map(({ difference }) => difference),
    explained: missing
      .filter(one => one.isSystem)
      .map(({ difference }) => ({ ...difference, explanation })),
    leftOut: found.extra.map(one => one.command),
  }
}
