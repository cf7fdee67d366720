import { UsageError } from '../errors.ts'
import { parseCommand } from './arguments.ts'

export const doctorHelp = `Usage: tnet-lab doctor [options]

Says what this machine can do, and which command would add what it lacks:
the sandbox, kernel features, tools and their Debian packages.

Each kernel feature is tried, not guessed: made in a network namespace of a
sandbox, and thrown away with it. The kernel may load a module for that, as it
would for "ip link add"; a module that would add links to the machine's own
network (dummy0, tunl0, …) is named but not loaded.

Options:
      --json  print it as JSON
  -h, --help  print this

Examples:
  tnet-lab doctor
  tnet-lab doctor --json | jq '.features[] | select(.available | not) | .name'

Exit codes:
  0  scenarios can run here
  2  misuse of the command line
  4  they cannot: no sandbox, or something essential is missing
`

/** @returns the exit code */
export async function doctorCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand('doctor', args, {
    json: { type: 'boolean' },
    // How the command runs itself inside of a sandbox; of no use to people.
    probe: { type: 'boolean' },
  })
  if (values.help === true) {
    process.stdout.write(doctorHelp)
    return 0
  }
  if (positionals[0] !== undefined) {
    throw new UsageError(`doctor takes no ${JSON.stringify(positionals[0])}`, {
      code: 'TNET_ARGUMENT_INVALID',
      hint: 'it examines everything; see tnet-lab doctor --help',
    })
  }
  if (values.probe === true) {
    await (await import('./doctor/sandbox-probe.ts')).probeFromInside()
    return 0
  }
  const { examine } = await import('./doctor/examine.ts')
  const report = await examine()
  if (values.json === true) {
    process.stdout.write(JSON.stringify(report, null, 2) + '\n')
  } else {
    const { doctorText } = await import('../report/doctor-table.ts')
    // A console that does not know its size says 0.
    process.stdout.write(doctorText(report, process.stdout.columns || 100))
  }
  return report.ready ? 0 : 4
}
