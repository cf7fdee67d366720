/**
 * Builds N containers on one bridge as a scenario does, with the package as it is shipped; prints the time as one
 * JSON line.
 */
import { Lab } from 'tnet-lab'

const n = Number(process.argv[2] ?? 100)
const labels = Array.from({ length: n }, (_, i) => `c${i + 1}`)
const lab = new Lab()
const start = performance.now()
const host = await lab.host('host')
const bridge = await host.bridge('br0', '10.0.0.1/16')
await bridge.containers(labels)
const ms = performance.now() - start
console.log(JSON.stringify({ name: 'tnet-lab', n, ms: Number(ms.toFixed(1)) }))
