/**
 * Builds N containers on one bridge as a scenario does, with the package as it is shipped; prints the time as one
 * JSON line.
 */
import { Lab } from 'tnet-lab'

const n = Number(process.argv[2] ?? 100)
const lab = new Lab()
const start = performance.now()
const host = await lab.host('host')
const bridge = await host.bridge('br0', '10.0.0.1/16')
for (let i = 1; i <= n; i++) await bridge.container(`c${i}`)
const ms = performance.now() - start
console.log(JSON.stringify({ name: 'tnet-lab', n, ms: Number(ms.toFixed(1)) }))
