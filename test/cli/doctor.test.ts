import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import t from 'tap'
import type { DoctorReport } from '../../src/report/doctor-table.ts'

const main = ['--import=tsx', 'src/cli/main.ts', 'doctor']

function doctor(args: readonly string[] = [], path = process.env['PATH'] ?? '') {
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: path, NO_COLOR: '1', FORCE_COLOR: '0' }
  const options = { encoding: 'utf8', env, timeout: 120_000 } as const
  return spawnSync(process.execPath, [...main, ...args], options)
}

function examine(path?: string): { status: number | null; report: DoctorReport } {
  const { status, stdout } = doctor(['--json'], path)
  return { status, report: JSON.parse(stdout) as DoctorReport }
}

/** A PATH that has these scripts first. */
function withScripts(
  t: { testdir: (files: Record<string, string>) => string },
  scripts: Record<string, string>,
): string {
  const folder = t.testdir(
    Object.fromEntries(
      Object.entries(scripts).map(([name, body]) => [name, `#!/bin/sh\n${body}\n`]),
    ),
  )
  for (const name of Object.keys(scripts)) fs.chmodSync(`${folder}/${name}`, 0o755)
  return `${folder}:${process.env['PATH'] ?? ''}`
}

const tool = (report: DoctorReport, name: string) => report.tools.find(tool => tool.name === name)
const feature = (report: DoctorReport, name: string) =>
  report.features.find(feature => feature.name === name)

t.test('a machine that makes namespaces has a sandbox with veth and bridge', async t => {
  const { status, report } = examine()
  t.match(report.sandbox, { available: true, commands: [] })
  t.equal(report.sandbox.mode === 'rootless', process.geteuid?.() !== 0)
  for (const name of ['mounts', 'sysctls', 'veth', 'bridge']) {
    t.match(feature(report, name), { available: true, essential: true }, name)
  }
  t.match(tool(report, 'ip'), { path: /\/ip$/, version: /^\d/, package: 'iproute2' })
  t.equal(report.ready, report.problems.length === 0)
  t.equal(status, report.ready ? 0 : 4)
})

t.test('it leaves the machine as it was', async t => {
  const snapshot = () => ({
    links: spawnSync('ip', ['-o', 'link'], { encoding: 'utf8' }).stdout,
    mounts: fs.readFileSync('/proc/self/mountinfo', 'utf8'),
    named: fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns') : [],
  })
  const before = snapshot()
  doctor()
  t.same(snapshot(), before)
})

t.test('people read sections, and a verdict last', async t => {
  const { stdout, status } = doctor()
  t.match(stdout, /^machine\n {2}Linux .*\n {2}Node\.js v.* is supported/m)
  t.match(stdout, /^sandbox\n {2}yes, /m)
  t.match(stdout, /^│ veth +│ yes │ a wire between two nodes/m)
  t.match(stdout, /^│ ip +│ yes │ \d[\w.]* +│ \/\S+\/ip /m)
  t.match(stdout, status === 0 ? /\nScenarios can run here\.\n$/ : /\nScenarios cannot run here:\n/)
})

t.test('without tools, one line installs what is missing', async t => {
  const { status, report } = examine('/nonexistent')
  t.equal(status, 4)
  t.match(report.sandbox, { available: false, reason: /^setpriv is missing/ })
  t.match(report.problems, [/^no sandbox/, 'ping is missing: Debian package iputils-ping'])
  t.ok(
    ['iputils-ping', 'curl', 'util-linux'].every(name => report.packages.essential.includes(name)),
  )
  t.ok(report.packages.optional.includes('socat'))
  const { command = '' } = report.packages
  t.match(command, /^(sudo )?apt-get install -y --no-install-recommends \S/)
  t.match(doctor([], '/nonexistent').stdout, `\n  ${command}\n`)
})

t.test('rules that the kernel refuses are told in the words of iptables', async t => {
  const said = 'iptables-restore v1.8.9 (nf_tables): Could not fetch rule set generation id'
  const refuse = `[ "$1" = --version ] && echo 'iptables v1.8.9 (nf_tables)' && exit
    cat >/dev/null; echo '${said}' >&2; exit 4`
  const { status, report } = examine(withScripts(t, { 'iptables-restore': refuse }))
  t.equal(status, 4)
  const reason = /^iptables-restore: Could not fetch rule set generation id/
  t.match(feature(report, 'MASQUERADE'), { available: false, reason })
  t.match(feature(report, 'veth'), { available: true })
  t.ok(report.problems.some(problem => /^no .*MASQUERADE.*: iptables-restore: /.test(problem)))
})

t.test('rules are tried one by one when all together fail', async t => {
  const refuse = `input=$(cat)
    case $input in *MASQUERADE*) echo 'no MASQUERADE here' >&2; exit 1 ;; esac`
  const { report } = examine(withScripts(t, { 'iptables-restore': refuse }))
  t.match(feature(report, 'MASQUERADE'), { available: false, reason: /no MASQUERADE here/ })
  t.match(feature(report, 'DNAT'), { available: true })
})

t.test('a tool that does not say what it is in time is taken as it is', async t => {
  const start = performance.now()
  const { report } = examine(withScripts(t, { ping: 'exec sleep 600' }))
  t.ok(performance.now() - start < 60_000)
  const { path, version, problem } = tool(report, 'ping') ?? {}
  t.match(path, /ping$/)
  t.strictSame({ version, problem }, { version: undefined, problem: undefined })
})

t.test("BusyBox's ip is not iproute2's", async t => {
  const { status, report } = examine(withScripts(t, { ip: "echo 'BusyBox v1.36.1'" }))
  t.equal(status, 4)
  t.match(tool(report, 'ip'), { version: '1.36.1', problem: "is not iproute2's" })
  t.same(report.packages.essential, ['iproute2'])
})

t.test('its help names the exit codes', async t => {
  const { status, stdout } = doctor(['--help'])
  t.equal(status, 0)
  t.match(stdout, /^Usage: tnet-lab doctor \[options\]\n[^]*\n {2}4 {2}/)
})

t.test('misuse is told apart from a machine that cannot', async t => {
  t.match(doctor(['--nope']), { status: 2, stderr: /TNET_ARGUMENT_INVALID/ })
  t.match(doctor(['veth']), { status: 2, stderr: /doctor takes no "veth"/ })
})
