import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { packageOf } from '../../kernel/tool.ts'
import type { ToolReport } from '../../report/doctor-table.ts'

interface Tool {
  name: string
  isEssential?: true
  /** What makes it say its version. Default `--version`. */
  versionFlag?: string
  package?: string
  /** What only the right one says of itself; others of the same name lack options we need. */
  says?: { words: RegExp; name: string }
}

const LIMIT_MS = 3000
const IS_NOT = 'is not'

const iproute = { words: /iproute2/, name: "iproute2's" }
const iputils = { words: /iputils/, name: 'that of iputils' }
const utilLinux = { words: /util-linux/, name: 'that of util-linux' }

const tools: readonly Tool[] = [
  { name: 'ip', versionFlag: '-V', isEssential: true, says: iproute },
  { name: 'ping', versionFlag: '-V', isEssential: true, says: iputils },
  { name: 'curl', isEssential: true },
  { name: 'iptables', isEssential: true },
  { name: 'iptables-restore', isEssential: true },
  { name: 'unshare', isEssential: true, says: utilLinux },
  { name: 'setpriv', isEssential: true, says: utilLinux },
  { name: 'nsenter', package: 'util-linux' },
  { name: 'bash' },
  { name: 'nft' },
  { name: 'tcpdump' },
  { name: 'socat', versionFlag: '-V' },
  { name: 'brctl' },
  { name: 'ifconfig' },
  { name: 'ipset' },
  { name: 'etcd', package: 'etcd-server' },
]

/** An ordinary user's PATH lacks /usr/sbin on Debian, where half of these are. */
const searchPath = () => `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return fs.statSync(file).isFile()
  } catch {
    return false
  }
}

export function find(name: string): string | undefined {
  return searchPath()
    .split(':')
    .filter(folder => path.isAbsolute(folder))
    .map(folder => path.join(folder, name))
    .find(isProgram)
}

interface Reply {
  said: string
  /** The errno when it could not even be started. */
  refusal?: string
}

/** What it prints of itself, on either stream, if it does so in time. */
function ask(file: string, flag: string): Promise<Reply> {
  const options = {
    env: { ...process.env, LC_ALL: 'C', PATH: searchPath() },
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 16,
  } as const
  const refused = (error: unknown): Reply => {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    return { said: '', refusal: code }
  }
  return new Promise(resolve => {
    try {
      const child = execFile(file, [flag], options, (error, stdout, stderr) => {
        const isRefused = (error as NodeJS.ErrnoException | null)?.syscall?.startsWith('spawn')
        resolve(isRefused === true ? refused(error) : { said: `${stdout}\n${stderr}` })
      })
      child.stdin?.on('error', () => {}).end()
    } catch (error) {
      resolve(refused(error)) // Node throws some errnos and hands others to the callback
    }
  })
}

/** `1.8.9 (nf_tables)` out of `iptables v1.8.9 (nf_tables)`, `20221126` out of iputils'. */
export function versionIn(said: string): string | undefined {
  return (
    /(?<![\w.])v?(\d+(?:\.\d+)+\w*(?:\(\d\))?(?: \((?:nf_tables|legacy)\))?)/.exec(said)?.[1] ??
    /\b\d{8}\b/.exec(said)?.[0]
  )
}

async function inspect(tool: Tool): Promise<ToolReport> {
  const { name, isEssential = false, versionFlag = '--version', says } = tool
  const report: ToolReport = {
    name,
    essential: isEssential,
    package: tool.package ?? packageOf(name) ?? name,
  }
  const file = find(name)
  if (file === undefined) return report
  const { said, refusal } = await ask(file, versionFlag)
  if (refusal !== undefined) return { ...report, path: file, problem: `does not start: ${refusal}` }
  const version = versionIn(said)
  // One that said nothing in time may still be the right one.
  const isOther = says !== undefined && said.trim() !== '' && !says.words.test(said)
  return {
    ...report,
    path: file,
    ...(version === undefined ? {} : { version }),
    ...(isOther ? { problem: `${IS_NOT} ${says.name}` } : {}),
  }
}

/** Whether installing its package would help: it is missing, or another program has its name. */
export function needsPackage({ path, problem }: ToolReport): boolean {
  return path === undefined || problem?.startsWith(IS_NOT) === true
}

/** Every tool that a lab or a document's walkthrough uses, as it is on this machine. */
export function inspectTools(): Promise<ToolReport[]> {
  return Promise.all(tools.map(inspect))
}
