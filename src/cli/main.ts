import tty from 'node:tty'
import { explain, TnetError, type ErrorReport } from '../errors.ts'
import { exitCodeOf } from '../runner/exit-code.ts'
import { endingWith, heedOutput } from './lost-output.ts'

const help = `tnet-lab: container networks out of real Linux namespaces, built and checked by scripts

Usage: tnet-lab COMMAND [options]

Commands:
  run         run scenarios
  walk        run the commands of a Markdown walkthrough, and compare what they print
  export      write a scenario as a shell script, or as a document to walk
  list        show which scenarios would run
  report      make reports out of the events of runs, several as one
  sandbox     run any command in an empty sandbox: another test runner, a shell
  init        write a first scenario and what goes with it into a project
  doctor      say what this machine can do, and what would add the rest

  -h, --help     print this, or a command's own help after it
      --version  print the version

Examples:
  tnet-lab run scenarios/veth-pair.ts
  tnet-lab run docker-bridge.ts --trace
  tnet-lab run cross-host-vxlan.ts
  tnet-lab run --jobs 4 --reporter terminal --reporter html
  tnet-lab walk walkthrough.md
  tnet-lab export scenarios/veth-pair.ts > veth-pair.sh
  tnet-lab doctor
`

function version(): string {
  const { createRequire } = process.getBuiltinModule('node:module')
  const { version } = createRequire(import.meta.url)('tnet-lab/package.json') as { version: string }
  return `${version}\n`
}

async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args
  if (command === 'run') return (await import('./run-command.ts')).runCommand(rest)
  if (command === 'walk') return (await import('./walk-command.ts')).walkCommand(rest)
  if (command === 'export') return (await import('./export-command.ts')).exportCommand(rest)
  if (command === 'list') return (await import('./list-command.ts')).listCommand(rest)
  if (command === 'report') return (await import('./report-command.ts')).reportCommand(rest)
  if (command === 'doctor') return (await import('./doctor-command.ts')).doctorCommand(rest)
  if (command === 'sandbox') return (await import('./sandbox-command.ts')).sandboxCommand(rest)
  if (command === 'init') return (await import('./init-command.ts')).initCommand(rest)
  if (command === '--version') {
    process.stdout.write(version())
    return 0
  }
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(help)
    return command === undefined ? 2 : 0
  }
  process.stderr.write(`tnet-lab has no command "${command}"\n\n${help}`)
  return 2
}

/** An error as people read it; a stack only for what is our own fault. */
function tell(thrown: unknown): number {
  if (thrown instanceof TnetError) {
    const { name, code, message, facts, hint } = thrown
    const report: ErrorReport = { name, code, message, facts, hint }
    process.stderr.write(explain(report) + '\n')
    return exitCodeOf(report)
  }
  process.stderr.write(`tnet-lab itself failed; please report this:\n${(thrown as Error).stack}\n`)
  return 70 // EX_SOFTWARE of sysexits.h
}

heedOutput()
process.stderr.on('error', () => {})

const terminals = [0, 1, 2].filter(fd => tty.isatty(fd))

/** Node puts a terminal's modes back when it ends, and aborts when the terminal was closed. */
async function leave(code: number): Promise<void> {
  process.exitCode = endingWith(code)
  if (terminals.every(fd => tty.isatty(fd))) return
  const { exitNow } = await import('../kernel/libc.ts')
  exitNow(process.exitCode)
}

// exitCode and not exit(): what is still on its way to a pipe gets there.
void main(process.argv.slice(2)).then(leave, (thrown: unknown) => leave(tell(thrown)))
