import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { rolldown } from 'rolldown'
import t from 'tap'
import { Ipam } from '../../../src/ipam/ipam.ts'
import { FileStore } from '../../../src/ipam/store/file-store.ts'

const ROUNDS = 6
const WORKERS = 3

/** What a worker runs: it allocates and releases, and says so before each release and after each allocation. */
const imports = `
  import fs from 'node:fs'
  import { Ipam } from '${path.resolve('src/ipam/ipam.ts')}'
  import { FileStore } from '${path.resolve('src/ipam/store/file-store.ts')}'`
const body = `
  const [file, name] = process.argv.slice(2)
  const ipam = new Ipam(await FileStore.open(file))
  const held = []
  for (let n = 0; ; n++) {
    const { address } = await ipam.allocate('blue', { owner: name + ' ' + n })
    fs.writeSync(1, '+ ' + address + '\\n')
    held.push(address)
    if (n % 3 === 0) continue
    const [old] = held.splice(Math.floor(Math.random() * held.length), 1)
    fs.writeSync(1, '- ' + old + '\\n')
    await ipam.release('blue', old)
  }`

// tsx costs each process a third of a second; a bundle does not.
async function bundle(folder: string): Promise<string> {
  const input = path.join(folder, 'worker.ts')
  fs.writeFileSync(input, `void (async () => {${body}})()\n${imports}`)
  const build = await rolldown({
    input,
    platform: 'node',
    external: ['koffi'],
    transform: { target: 'node20' },
  })
  const file = path.join(folder, 'worker.cjs')
  await build.write({ file, format: 'cjs', codeSplitting: false })
  return file
}

/** What a worker says that it has, kept up to date. Released ones it may still have. */
class Claims {
  readonly sure = new Set<string>()
  readonly maybe = new Set<string>()
  lines = 0

  read(line: string): void {
    const [sign, address = ''] = line.split(' ')
    this.lines += 1
    if (sign === '+') {
      this.sure.add(address)
      this.maybe.delete(address)
    } else {
      this.sure.delete(address)
      this.maybe.add(address)
    }
  }
}

/** Runs a worker until it has said `lines` things, kills it there and then. */
async function killedAfter(lines: number, script: string, args: string[]): Promise<Claims> {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_PATH: path.resolve('node_modules') },
  })
  const claims = new Claims()
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    claims.read(line)
    if (claims.lines === lines) child.kill('SIGKILL')
  }
  const [, signal] = await exited
  if (signal !== 'SIGKILL') throw new Error(`the worker ended by itself, with ${String(signal)}`)
  return claims
}

t.test('processes killed at any moment lose nothing and hand out nothing twice', async t => {
  const folder = t.testdir()
  const file = path.join(folder, 'state')
  await using store = await FileStore.open(file)
  const ipam = new Ipam(store)
  await ipam.createPool({ name: 'blue', subnet: '10.0.0.0/22' })
  const script = await bundle(folder)
  const sure = new Map<string, string>()
  let said = 0
  for (let round = 0; round < ROUNDS; round++) {
    const names = Array.from({ length: WORKERS }, (_, n) => `${round}.${n}`)
    const all = await Promise.all(
      names.map(name => killedAfter(10 + Math.floor(Math.random() * 80), script, [file, name])),
    )
    for (const [n, claims] of all.entries()) {
      said += claims.lines
      for (const address of claims.sure) {
        if (sure.has(address)) t.fail(`${names[n]} and ${sure.get(address)} both have ${address}`)
        sure.set(address, names[n]!)
      }
    }
    const report = await ipam.fsck()
    t.ok(
      report.findings.every(({ code }) => code === 'TNET_FSCK_TORN'),
      `round ${round} is clean`,
    )
    const owners = new Map((await ipam.inspect('blue')).addresses.map(a => [a.address, a.owner]))
    const lost = [...sure].filter(([address, name]) => !owners.get(address)?.startsWith(`${name} `))
    t.same(lost, [], `round ${round}: all that was said to be allocated is`)
    // One allocation and no more can be made without having been said.
    t.ok(owners.size <= sure.size + 2 * WORKERS * (round + 1), `round ${round}: nothing leaks`)
  }
  t.ok(said > ROUNDS * WORKERS * 10)
  t.comment(`${ROUNDS * WORKERS} processes killed, ${said} changes, ${sure.size} addresses held`)
})
