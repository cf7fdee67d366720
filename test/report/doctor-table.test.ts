import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { doctorText, type DoctorReport } from '../../src/report/doctor-table.ts'

const ipip = {
  name: 'ipip',
  group: 'links',
  purpose: 'IPv4 over IPv4',
  essential: false,
  available: false,
  reason: 'not in this kernel (EOPNOTSUPP), whose module "ipip" is not loaded',
  command: 'sudo modprobe ipip',
}

const report: DoctorReport = {
  version: 1,
  ready: false,
  problems: ['curl is missing: Debian package curl'],
  machine: { kernel: '6.1.0', architecture: 'arm64', loadsModules: true },
  node: { version: 'v22.1.0', required: '>=20.19', isSupported: true },
  sandbox: { available: true, mode: 'rootless', commands: [] },
  features: [
    { name: 'veth', group: 'links', purpose: 'a wire', essential: true, available: true },
    { ...ipip, standIn: { with: 'tnet-lab itself', available: true } },
  ],
  tools: [
    { name: 'ip', essential: true, package: 'iproute2', path: '/usr/sbin/ip', version: '6.1.0' },
    { name: 'curl', essential: true, package: 'curl' },
    { name: 'brctl', essential: false, package: 'bridge-utils' },
  ],
  packages: {
    essential: ['curl'],
    optional: ['bridge-utils'],
    command: 'sudo apt-get install -y --no-install-recommends curl bridge-utils',
  },
}

const text = (changes: Partial<DoctorReport> = {}, columns = 150) =>
  stripVTControlCharacters(doctorText({ ...report, ...changes }, columns))

t.test('what is missing is told with its reason, stand-in and command', async t => {
  t.match(
    text(),
    /│ ipip +│ no +│ IPv4 over IPv4: not in this kernel .*; tnet-lab itself stands in/,
  )
  t.match(text(), '\n  sudo modprobe ipip  # ipip\n')
})

t.test('a stand-in that lacks something is no stand-in', async t => {
  const standIn = { with: 'tnet-lab itself', available: false, reason: 'there is no veth' }
  t.match(
    text({ features: [{ ...ipip, standIn }] }, 200),
    /could stand in for it, but there is no v/,
  )
})

t.test('needed packages are told apart from optional ones, and pasted together', async t => {
  t.match(
    text(),
    '  needed: curl (curl)\n  optional: bridge-utils (brctl)\n' +
      '  sudo apt-get install -y --no-install-recommends curl bridge-utils\n',
  )
})

t.test('one command that brings several features is printed once', async t => {
  const gretap = { ...ipip, name: 'gretap' }
  t.match(text({ features: [ipip, gretap] }), '\n  sudo modprobe ipip  # ipip, gretap\n')
})

t.test('tables keep to the width of the terminal', async t => {
  const rows = text({}, 60)
    .split('\n')
    .filter(line => /^[┌│├└]/.test(line))
  t.ok(rows.length > 8)
  t.same(
    rows.filter(line => line.length > 60),
    [],
  )
})

t.test('a path is never broken', async t => {
  const path = `/opt/${'deep/'.repeat(20)}ip`
  t.match(text({ tools: [{ name: 'ip', essential: true, package: 'iproute2', path }] }, 60), path)
})

t.test('without a sandbox nothing is said of the kernel', async t => {
  const sandbox = {
    available: false,
    mode: 'rootless',
    reason: 'AppArmor keeps it away',
    commands: ['sudo sysctl -w a=0', 'sudo tnet-lab'],
  } as const
  const said = text({ sandbox: { ...sandbox, commands: [...sandbox.commands] } })
  t.match(said, '  no: AppArmor keeps it away\n  try  sudo sysctl -w a=0\n  or   sudo tnet-lab\n')
  t.notMatch(said, 'veth')
})

t.test('the verdict comes last', async t => {
  t.match(text(), /\nScenarios cannot run here:\n {2}curl is missing: Debian package curl\n$/)
  t.match(text({ ready: true, problems: [] }), /\nScenarios can run here\.\n$/)
})
