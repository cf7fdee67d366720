import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { untilGone } from '../kernel/children.ts'
import { Netns } from '../kernel/netns.ts'
import type { Container } from '../lab/container.ts'
import type { Lab } from '../lab/lab.ts'
import type { Node } from '../lab/node.ts'
import { adoptedContainer } from '../lab/adopted.ts'
import { EnvironmentError } from '../errors.ts'
import { cableEnds, untilCablesAreGone, type CableEnd } from './host/cable-ends.ts'
import { Machine } from './host/machine.ts'
import type { MachineProcess } from './host/machine-process.ts'
import { nameServersOf, Outside } from './host/outside.ts'
import { quoted } from './host/session.ts'
import type { HostPlan, PartPlan } from './plan/walk-plan.ts'
import type { SpareMachines } from './spare-machines.ts'

const SETUP_MS = 30_000
/** A name for what is the machine's own namespace anyway. */
const OWN = /^(?:default|host|root|init)$/

interface Known {
  container: Container
  inode: number
}

/** The machines of a part of a document, and the namespaces that were made on them. */
export class Machines {
  readonly #lab: Lab
  readonly #machines = new Map<string, Machine>()
  readonly #namespaces = new Map<Machine, Map<string, Known>>()

  readonly #outside: Outside

  private constructor(lab: Lab, outside: Outside) {
    this.#lab = lab
    this.#outside = outside
  }

  /** Starts them, with what the document takes for granted. */
  static async start(
    part: PartPlan,
    spares: SpareMachines,
    setup: string | undefined,
  ): Promise<Machines> {
    const { lab } = spares
    const called = callMachines(part, spares)
    const rules = loadRules()
    const outside = await Outside.start(lab, part)
    const machines = new Machines(lab, outside)
    for (const { plan, process } of called) {
      const machine = Machine.of(lab, plan.name, await process)
      machines.#machines.set(plan.name, machine)
      machines.#namespaces.set(machine, new Map())
      await outside.join(machine.host)
      await furnish(machine, plan, setup)
    }
    await rules
    await machines.look()
    return machines
  }

  get(name: string): Machine {
    const machine = this.#machines.get(name) ?? [...this.#machines.values()][0]
    if (machine === undefined) throw new Error('a part of a plan has no machine')
    return machine
  }

  get all(): Machine[] {
    return [...this.#machines.values()]
  }

  /** Over when whatever is outside of them answers. */
  get serving(): Promise<void> {
    return this.#outside.serving
  }

  /** A named namespace of a machine, or the machine itself; undefined: there is none of that name. */
  node(host: string, namespace?: string): Node | undefined {
    const machine = this.get(host)
    if (namespace === undefined) return machine.host
    return this.#namespaces.get(machine)?.get(namespace)?.container
  }

  /** Namespaces that processes alone hold; the caller closes them. */
  unnamed(): Netns[] {
    const inodes = new Set(this.#lab.nodes.map(({ netns }) => fs.fstatSync(netns.descriptor).ino))
    const found: Netns[] = []
    for (const descriptor of this.all.flatMap(one => [...one.openNamespacesOfProcesses()])) {
      const { ino } = fs.fstatSync(descriptor)
      if (!inodes.has(ino)) found.push(new Netns({ label: 'a process', adopts: descriptor }))
      inodes.add(ino)
      fs.closeSync(descriptor)
    }
    return found
  }

  /**
   * Learns which named namespaces there are by now.
   *
   * @returns waits until what went with those that are no more is gone too; undefined: all are there
   */
  async look(): Promise<(() => Promise<void>) | undefined> {
    const ends: CableEnd[] = []
    for (const machine of this.all) ends.push(...(await this.#lookAt(machine)))
    return ends.length === 0 ? undefined : () => untilCablesAreGone(ends)
  }

  /** @returns ends of cables that go with the namespaces that were deleted */
  async #lookAt(machine: Machine): Promise<CableEnd[]> {
    const known = this.#namespaces.get(machine) ?? new Map<string, Known>()
    const ends: CableEnd[] = []
    if (!machine.hasChanged('/run/netns')) return ends
    const names = new Set(machine.names('/run/netns'))
    const own = fs.fstatSync(machine.host.netns.descriptor).ino
    for (const [name, { container, inode }] of known) {
      if (names.has(name)) continue
      if (!this.#isHeld(inode)) ends.push(...(await cableEnds(container, this.#lab.nodes)))
      this.#lab.abandon(container)
      known.delete(name)
    }
    for (const name of names) {
      const descriptor = machine.openNamespace(name)
      if (descriptor === undefined) continue
      try {
        const inode = fs.fstatSync(descriptor).ino
        const before = known.get(name)
        if (inode === own || before?.inode === inode) continue
        if (before !== undefined) this.#lab.abandon(before.container)
        const container = adoptedContainer(machine.host, name, descriptor)
        known.set(name, { container, inode })
      } catch {
        known.delete(name) // a file there that is no namespace
      } finally {
        fs.closeSync(descriptor)
      }
    }
    return ends
  }

  /** Whether a process is in it: it goes on without its name then. */
  #isHeld(inode: number): boolean {
    let isHeld = false
    for (const descriptor of this.all.flatMap(one => [...one.openNamespacesOfProcesses()])) {
      isHeld ||= fs.fstatSync(descriptor).ino === inode
      fs.closeSync(descriptor)
    }
    return isHeld
  }
}

interface Called {
  plan: HostPlan
  /** When it can be typed into. */
  process: Promise<MachineProcess>
}

/** Says to each machine which one it is: they take a while to hear that, at the same time. */
function callMachines(part: PartPlan, spares: SpareMachines): Called[] {
  const nameServers = nameServersOf(part)
  const hosts = part.hosts
    .flatMap(({ prefix, prefix6, name }) =>
      [prefix, prefix6].map(one => (one === undefined ? '' : `${one.split('/')[0]} ${name}\n`)),
    )
    .join('')
  return part.hosts.map(plan => {
    const machine = spares.take()
    const process = machine.call({ name: plan.name, hosts, nameServers }).then(() => machine)
    // Whoever waits for it hears of it.
    process.catch(() => {})
    return { plan, process }
  })
}

async function furnish(machine: Machine, plan: HostPlan, setup?: string): Promise<void> {
  const lines = [
    ...(plan.forward === 'DROP' ? ['iptables -P FORWARD DROP'] : []),
    ...plan.namespaces.map(name =>
      OWN.test(name)
        ? `ip netns attach ${quoted(name)} $$`
        : `ip netns add ${quoted(name)} && ip -n ${quoted(name)} link set lo up`,
    ),
    ...Object.entries(plan.sysctls).map(
      ([key, value]) => `sysctl -qw ${quoted(`${key}=${value}`)}`,
    ),
    ...(setup === undefined ? [] : [setup]),
  ]
  for (const line of lines) {
    const output = machine.newOutput()
    const { exitCode } = await machine.session.type(line, output, { timeoutMs: SETUP_MS })
    if (exitCode === 0) continue
    throw new EnvironmentError(`could not prepare the simulated machine "${machine.name}"`, {
      code: 'TNET_MACHINE_FAILED',
      hint: 'see "setup", "namespaces" and "sysctls" in the front matter of the document',
      facts: { command: line, said: machine.read(output).trim() },
    })
  }
}

/** `iptables` leads to `xtables-nft-multi` then; else to `xtables-legacy-multi` or, of old, `xtables-multi`. */
const isOfNftables = (program: string) =>
  (process.env['PATH'] ?? '').split(':').some(folder => {
    try {
      return /nft/.test(fs.realpathSync.native(path.join(folder, program)))
    } catch {
      return false // not there
    }
  })

/**
 * The root of a machine may load no kernel module: legacy iptables does when it is first used, and we
 * may, where we are root for real. For nftables the kernel loads its own.
 */
async function loadRules(): Promise<void> {
  const load = async (program: string) => {
    const child = spawn(program, ['-t', 'nat', '-S'], { stdio: 'ignore', timeout: SETUP_MS })
    child.on('error', () => {}) // there is none: the document will see
    await untilGone(child)
  }
  await Promise.all(['iptables', 'ip6tables'].filter(program => !isOfNftables(program)).map(load))
}
