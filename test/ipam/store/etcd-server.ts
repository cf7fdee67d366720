import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { poll } from '../../../src/poll.ts'

const isInstalled = spawnSync('etcd', ['--version']).error === undefined

/** For `t.test`: why tests that need etcd are not run, if so. */
export const needsEtcd = isInstalled ? {} : { skip: 'etcd is not installed: etcd-server' }

/** Ports that nothing listens on, on 127.0.0.1. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => (server.address() as net.AddressInfo).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}

export interface EtcdClusterOptions {
  /** Default 1. */
  members?: number
  /** More of etcd's flags. */
  flags?: readonly string[]
  /** Default `http`. */
  scheme?: 'http' | 'https'
}

interface Member {
  name: string
  client: number
  peer: number
  metrics: number
}

/** An etcd cluster on 127.0.0.1, in a network namespace of the test's own and in memory. */
export class EtcdServers implements AsyncDisposable {
  readonly endpoints: string[]
  readonly #members: readonly Member[]
  readonly #folder: string
  readonly #flags: readonly string[]
  readonly #scheme: string
  readonly #children: (ChildProcess | undefined)[] = []

  private constructor(members: readonly Member[], options: EtcdClusterOptions) {
    this.#members = members
    this.#flags = options.flags ?? []
    this.#scheme = options.scheme ?? 'http'
    // /run is a tmpfs of the sandbox: etcd waits for its disk at every change.
    this.#folder = fs.mkdtempSync('/run/etcd-')
    this.endpoints = members.map(({ client }) => `${this.#scheme}://127.0.0.1:${client}`)
  }

  static async start(options: EtcdClusterOptions = {}): Promise<EtcdServers> {
    spawnSync('ip', ['link', 'set', 'lo', 'up'])
    const count = options.members ?? 1
    const ports = await freePorts(3 * count)
    const members = Array.from({ length: count }, (_, n) => {
      const [client = 0, peer = 0, metrics = 0] = ports.slice(3 * n)
      return { name: `m${n}`, client, peer, metrics }
    })
    const servers = new EtcdServers(members, options)
    try {
      for (const [n] of members.entries()) servers.run(n)
      for (const [n] of members.entries()) await servers.ready(n)
      return servers
    } catch (error) {
      await servers[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Starts a member, again after `kill`. */
  run(n: number): void {
    const { name, client, peer, metrics } = this.#members[n]!
    const listen = `${this.#scheme}://127.0.0.1:${client}`
    const cluster = this.#members.map(m => `${m.name}=http://127.0.0.1:${m.peer}`).join()
    const log = fs.openSync(path.join(this.#folder, `${name}.log`), 'a')
    const flags = {
      name,
      'data-dir': path.join(this.#folder, name),
      'listen-client-urls': listen,
      'advertise-client-urls': listen,
      'listen-peer-urls': `http://127.0.0.1:${peer}`,
      'initial-advertise-peer-urls': `http://127.0.0.1:${peer}`,
      'initial-cluster': cluster,
      'listen-metrics-urls': `http://127.0.0.1:${metrics}`,
      logger: 'zap',
      'log-level': 'error',
    }
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)
    this.#children[n] = spawn('etcd', [...args, ...this.#flags], { stdio: ['ignore', log, log] })
    fs.closeSync(log)
  }

  /** Waits until a member says that it is well. */
  async ready(n: number): Promise<void> {
    const { metrics, name } = this.#members[n]!
    const isWell = async () => {
      try {
        const answer = await fetch(`http://127.0.0.1:${metrics}/health`)
        return (await answer.text()).includes('"true"') || undefined
      } catch {
        return undefined
      }
    }
    if ((await poll(isWell, { timeoutMs: 20_000 })) === undefined) {
      throw new Error(
        `etcd ${name}: ${fs.readFileSync(path.join(this.#folder, `${name}.log`), 'utf8')}`,
      )
    }
  }

  /** SIGSTOP: a member that is there, and says nothing; SIGCONT brings it back. */
  signal(n: number, signal: NodeJS.Signals): void {
    this.#children[n]?.kill(signal)
  }

  async kill(n: number): Promise<void> {
    const child = this.#children[n]
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [n] of this.#children.entries()) await this.kill(n)
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Runs etcdctl, as somebody else who uses the same etcd. */
export function etcdctl(endpoint: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('etcdctl', ['--endpoints', endpoint, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ETCDCTL_API: '3' },
    timeout: 120_000,
  })
  if (status !== 0) throw new Error(`etcdctl ${args.join(' ')}: ${stderr}`)
  return stdout
}
