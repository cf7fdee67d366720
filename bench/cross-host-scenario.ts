/**
 *  alpha-1 … alpha-10 ── alpha ── wan ── beta ── beta-1 … beta-10
 *
 * What bench/cross-host-lab.mjs builds, in a scenario that `tnet-lab run` runs: with the compiled
 * code that the command keeps.
 */
import { scenario } from 'tnet-lab'

export default scenario('two hosts with ten containers each', async ({ lab }) => {
  const start = performance.now()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const beta = await wan.join('beta', '192.0.2.2/24')
  const hosts = [alpha, beta]
  const network = await lab.network('blue', { driver: 'vxlan', subnet: '10.244.0.0/16', hosts })
  await Promise.all(
    hosts.map(host => {
      const labels = Array.from({ length: 10 }, (_, i) => `${host.label}-${i + 1}`)
      const [first = '', ...others] = labels
      const published = { label: first, publish: ['8080:80'] }
      return host.containers([host === alpha ? published : first, ...others], network)
    }),
  )
  console.log(JSON.stringify({ ms: performance.now() - start }))
})
