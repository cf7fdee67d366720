// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import t from 'tap'
import { Project } from '../runner/project.ts'

t.setTimeout(120_000)

const failing = `
const withBridge = scenario.extend<{ web: Container }>({
  web: async ({ lab }, use) => {
    const host = await lab.host('h')
    const bridge = await host.bridge('b', '10.0.0.1/24')
    await use(await bridge.container('web'))
    await host.$\`ip link del b\`
  },
})
export default withBridge('it fails', async ({ web }) => {
  await using wire = await web.capture('eth0')
  await expect(web).toPing('10.0.0.1')
  await expect(wire).toSee({ protocol: 'icmp' })
  throw new Error('no')
})
`

t.test('what was captured and collected lies in the report folder', async t => {
  const project = new Project(t, {
    'a.ts': `import { expect, scenario, type Container } from 'tnet-lab'\n${failing}`,
  })
  const { outcomes, ends } = await project.run(['a.ts'])
  t.same(outcomes, ['it fails failed'])
  const [end] = ends
  t.match(end, { error: { message: 'no' }, diagnostics: 'report/diagnostics/a-it-fails' })
  const folder = project.path(end?.diagnostics ?? '')
  t.same(fs.readdirSync(folder).sort(), ['h', 'web'])
  const read = (name: string) => fs.readFileSync(`${folder}/${name}`)
  t.match(read('web/capture-eth0.txt').toString(), /0\.000 ARP.*\n[^]*ICMP echo request/)
  t.equal(read('web/capture-eth0.pcap').readUInt32LE(0), 0xa1b23c4d, 'a pcap file of nanoseconds')
  t.match(read('h/links.txt').toString(), / b: /, 'what a fixture made is still there')
})
