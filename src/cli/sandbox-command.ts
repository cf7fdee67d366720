import fs from 'node:fs'
import path from 'node:path'
import tty from 'node:tty'
import { CommandError, explain, UsageError, type TnetError } from '../errors.ts'
import { toolMissing } from '../kernel/tool.ts'

const sandboxHelp = `Usage: tnet-lab sandbox [--] [COMMAND…]

Runs a command in a sandbox: network, mount, UTS, IPC and PID namespaces of its
own, and a user namespace when you are not root; you are root in there. \`lo\` is
up and the only link, /run is empty, and all other files are the machine's.
Whatever ends, the command or this one, ends the sandbox and all in it.

In it, a test runner of your choice can use labs: import { openLab } from
'tnet-lab'. Without COMMAND it runs your shell.

Options:
  -h, --help  print this

Examples:
  tnet-lab sandbox -- npm test
  tnet-lab sandbox -- npx vitest run
  tnet-lab sandbox -- node --test test/
  tnet-lab sandbox

Exit codes:
  that of the command, or 128 and the number of the signal that ended it
  2    misuse of the command line
  4    no sandbox can be made here: tnet-lab doctor says why
  126  the command is not executable
  127  there is no such command
`

/** The `--` is for people who are used to it: the first word that is no option is the command. */
function commandOf(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args
  if (first === '--') return rest
  if (first === undefined || !first.startsWith('-')) return args
  throw new UsageError(`sandbox knows no option ${JSON.stringify(first)}`, {
    code: 'TNET_ARGUMENT_INVALID',
    hint: 'see tnet-lab sandbox --help; the command and its own options come after --',
  })
}

/** Tells people whose shell starts as this machine's does where they are: Debian's shows the first. */
const prompt = { debian_chroot: 'tnet-lab', PS1: '(tnet-lab) \\w \\$ ' }

function isThere(file: string, folders: readonly string[]): boolean {
  if (file.includes('/')) return fs.existsSync(file)
  return folders.some(folder => fs.existsSync(path.join(folder, file)))
}

/** As a shell has it: 127 when there is no such command, 126 when it cannot be executed. */
function refusal(file: string, code: string): { exitCode: number; error: TnetError } {
  const folders = (process.env['PATH'] ?? '').split(':')
  // A folder of PATH that is closed to us refuses in place of being passed over.
  if (!isThere(file, [...folders, '/usr/sbin', '/sbin'])) {
    return { exitCode: 127, error: toolMissing(file) }
  }
  const lost = code === 'ENOENT'
  const error = new CommandError(`could not execute "${file}"`, {
    code: 'TNET_COMMAND_REFUSED',
    hint: lost
      ? 'its first line names an interpreter that is not on this machine'
      : `chmod +x ${file}, or name the program that runs it: sh ${file}`,
    facts: { kernel: code },
  })
  return { exitCode: lost ? 127 : 126, error }
}

/** Whether a sandbox started this process as its first; by hand it would mount over your /run. */
function isProcessOne(): boolean {
  const channel = '/proc/self/fd/3'
  return process.pid === 1 && fs.existsSync(channel) && fs.statSync(channel).isSocket()
}

/** @returns the exit code */
export async function sandboxCommand(args: string[]): Promise<number> {
  if (args[0] === '--help' || args[0] === '-h') {
    process.stdout.write(sandboxHelp)
    return 0
  }
  if (args[0] === '--process-one' && isProcessOne()) {
    ;(await import('./sandbox/process-one.ts')).beProcessOne()
    return 0
  }
  const given = commandOf(args)
  const shell = process.env['SHELL'] || '/bin/sh'
  const [file = shell, ...rest] = given
  const isShell = given.length === 0 && tty.isatty(0)
  const { SandboxJob } = await import('./sandbox/job.ts')
  const outcome = await new SandboxJob([file, ...rest], isShell ? prompt : {}).ended()
  if ('exitCode' in outcome) return outcome.exitCode
  const { exitCode, error } = refusal(file, outcome.refused)
  const { name, code, message, facts, hint } = error
  process.stderr.write(explain({ name, code, message, facts, hint }) + '\n')
  return exitCode
}
