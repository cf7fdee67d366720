// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { DiagnosticFiles } from '../../src/runner/diagnostic-files.ts'
import { Project } from '../runner/project.ts'
import { ended, scratch } from './command-line.ts'

t.setTimeout(600_000)

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

const failingBarely = `import { scenario } from 'tnet-lab'
export default scenario('it fails', async ({ lab }) => {
  await lab.host('alpha')
  throw new Error('no')
})
`

t.test('where what was collected cannot be written, the failure says so', async t => {
  const project = new Project(t, { 'a.ts': failingBarely, 'report/diagnostics': 'a file' })
  const result = await ended(project.start(['a.ts', '--report', 'report', '-r', 'terminal']))
  t.match(result.stdout, / collected report\/diagnostics\/a-it-fails could not be made: E/)
  const { ends, outcomes } = project.told(result)
  t.same(outcomes, ['it fails failed'])
  t.equal(ends[0]?.diagnostics, undefined, 'nobody is led to a folder that is not there')
})

t.test('and where a part of it could be, it says that', t => {
  const folder = scratch(t)
  const files = new DiagnosticFiles(folder)
  const told = { type: 'diagnostic', id: '1', atMs: 0, what: 'links', command: 'ip link' } as const
  files.write({ ...told, node: 'alpha', text: 'lo' })
  const place = path.join(folder, 'diagnostics', 'x')
  fs.writeFileSync(path.join(place, 'beta'), 'in the way')
  for (const node of ['beta', 'gamma']) files.write({ ...told, node, text: 'lo' })
  t.same(fs.readdirSync(place).sort(), ['alpha', 'beta', 'gamma'], 'one folder for all of it')
  const { folder: shown, said } = files.end('1') ?? {}
  t.equal(shown, place)
  t.match(said, /\/diagnostics\/x not all could be written: EEXIST/)
  t.end()
})
