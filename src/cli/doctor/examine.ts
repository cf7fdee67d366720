import fs from 'node:fs'
import os from 'node:os'
import { describeFeature, featureNames } from '../../kernel/features.ts'
import type { DoctorReport, FeatureReport, ToolReport } from '../../report/doctor-table.ts'
import { probeSandbox, type ProbeResult } from './sandbox-probe.ts'
import { find, inspectTools, needsPackage } from './tools.ts'

/** As `engines` in package.json. */
const NODE_REQUIRED = '20.19'

const isUsable = ({ path, problem }: ToolReport) => path !== undefined && problem === undefined

export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const [neededMajor = 0, neededMinor = 0] = NODE_REQUIRED.split('.').map(Number)
  return major > neededMajor || (major === neededMajor && minor >= neededMinor)
}

/** What has a stand-in within this process, over a TUN device or a veth, with the same bytes. */
const hasStandIn = new Set(['ipip', 'gre', 'gretap', 'vlan'])

function standIn({ features }: ProbeResult) {
  const available = features.get('veth')?.available === true
  return {
    with: 'tnet-lab itself',
    available,
    ...(available ? {} : { reason: 'there is no veth' }),
  }
}

function featureReports(probed: ProbeResult): FeatureReport[] {
  return featureNames.map(name => {
    const { group, purpose, isEssential = false } = describeFeature(name)
    const reason = probed.cutShort ?? 'not tried, for want of a sandbox'
    const answer = probed.features.get(name) ?? { available: false, reason }
    const { available, command } = answer
    return {
      name,
      group,
      purpose,
      essential: isEssential,
      available,
      ...(answer.reason === undefined ? {} : { reason: answer.reason }),
      ...(command === undefined ? {} : { command }),
      ...(!available && hasStandIn.has(name) ? { standIn: standIn(probed) } : {}),
    }
  })
}

function missingPackages(tools: readonly ToolReport[]): DoctorReport['packages'] {
  const missing = tools.filter(needsPackage)
  const ofKind = (essential: boolean) =>
    missing.filter(tool => tool.essential === essential).map(tool => tool.package)
  const essential = [...new Set(ofKind(true))]
  const optional = [...new Set(ofKind(false))].filter(name => !essential.includes(name))
  const all = [...essential, ...optional].join(' ')
  const isDebian = fs.existsSync('/etc/debian_version') || find('apt-get') !== undefined
  if (all === '' || !isDebian) return { essential, optional }
  const command = `sudo apt-get install -y --no-install-recommends ${all}`
  return { essential, optional, command }
}

function problemsOf(report: Omit<DoctorReport, 'version' | 'ready' | 'problems'>): string[] {
  const { node, sandbox, features, tools } = report
  const problems: string[] = []
  if (!node.isSupported) problems.push(`Node.js ${node.version} is not supported`)
  if (!sandbox.available) problems.push(`no sandbox: ${sandbox.reason}`)
  for (const tool of tools) {
    if (!tool.essential || isUsable(tool)) continue
    problems.push(`${tool.name} ${tool.problem ?? `is missing: Debian package ${tool.package}`}`)
  }
  if (!sandbox.available) return problems
  const lacking = features.filter(({ essential, available }) => essential && !available)
  for (const why of new Set(lacking.map(({ reason }) => reason))) {
    const names = lacking.filter(({ reason }) => reason === why).map(({ name }) => name)
    problems.push(`no ${names.join(', ')}: ${why}`)
  }
  return problems
}

/** Root of a bare container has no sudo, and needs none. */
function withoutSudo(report: DoctorReport): DoctorReport {
  const bare = (key: string, value: unknown): unknown => {
    if (key === 'command') return (value as string).replaceAll('sudo ', '')
    if (key === 'commands') return (value as string[]).map(command => command.replace('sudo ', ''))
    return value
  }
  return JSON.parse(JSON.stringify(report, bare)) as DoctorReport
}

/** Finds out what this machine can do. */
export async function examine(): Promise<DoctorReport> {
  const [probed, tools] = await Promise.all([probeSandbox(), inspectTools()])
  const report = {
    machine: {
      kernel: os.release(),
      architecture: process.arch,
      loadsModules: fs.existsSync('/proc/modules'),
    },
    node: {
      version: process.version,
      required: `>=${NODE_REQUIRED}`,
      isSupported: isSupportedNode(process.version),
    },
    sandbox: probed.sandbox,
    features: featureReports(probed),
    tools,
    packages: missingPackages(tools),
  }
  const problems = problemsOf(report)
  const whole: DoctorReport = { version: 1, ready: problems.length === 0, problems, ...report }
  return process.geteuid?.() === 0 && find('sudo') === undefined ? withoutSudo(whole) : whole
}
