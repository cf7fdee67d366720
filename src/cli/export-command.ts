import fs from 'node:fs'
import { UsageError } from '../errors.ts'
import { translate } from '../export/translate/translate.ts'
import { signalCode } from '../runner/exit-code.ts'
import { parseCommand } from './arguments.ts'
import type { Exported } from './export/export-sh.ts'
import { headComment } from './export/head-comment.ts'
import { recorded } from './export/recorded.ts'

const exportHelp = `Usage: tnet-lab export SCENARIO [options]

Runs a scenario, and writes what it does and expects for people without
tnet-lab: a script for bash, or a document to walk through by hand.

The script makes the same network by ip, bridge, sysctl and iptables, looks at
the same things by ping, curl and tcpdump, and removes everything when it ends.
It is to be run as root on a throw-away machine; before it is written, it runs
once in an empty sandbox, to see that it gives the same answers. The document
shows every command with what it printed in such a sandbox.

What only the scenario's own code can do or see is named, and left out.

Options:
      --format sh|md   a script (default), or a document in Markdown
  -o, --output FILE    default: standard output
  -f, --filter NAME    of a file with several: those with this in their name;
                       a script takes several, a document takes one
      --force          write it even if it does not give the same answers
  -h, --help           print this

Examples:
  tnet-lab export scenarios/veth-pair.ts > veth-pair.sh
  tnet-lab export docker-bridge.ts --output docker-bridge.sh
  tnet-lab export docker-bridge.ts --format md -o docker-bridge.md
  tnet-lab sandbox -- bash docker-bridge.sh

Exit codes: 0 it is written, 1 the scenario failed or the answers differ, 2 misuse,
4 it cannot be done here, 130 stopped.
`

const FORMATS = ['sh', 'md'] as const
type Format = (typeof FORMATS)[number]

function formatOf(text: string): Format {
  const format = FORMATS.find(each => each === text)
  if (format !== undefined) return format
  throw new UsageError(`--format takes sh or md, not ${JSON.stringify(text)}`, {
    code: 'TNET_ARGUMENT_INVALID',
    hint: '--format md writes a document',
  })
}

function scenarioOf(positionals: readonly string[]): string {
  const [scenario, ...others] = positionals
  if (scenario !== undefined && others.length === 0) return scenario
  throw new UsageError(scenario === undefined ? 'which scenario?' : 'one scenario at a time', {
    code: 'TNET_ARGUMENT_MISSING',
    hint: 'tnet-lab export scenarios/veth-pair.ts; see tnet-lab export --help',
  })
}

function write(text: string, output: string | undefined, format: Format): void {
  if (output === undefined) {
    process.stdout.write(text)
    return
  }
  try {
    fs.writeFileSync(output, text, { mode: format === 'sh' ? 0o755 : 0o644 })
  } catch (error) {
    throw new UsageError(`could not write ${output}`, {
      code: 'TNET_EXPORT_OUTPUT',
      hint: 'name a file in a folder that is there, with --output FILE',
      facts: { kernel: (error as Error).message },
      cause: error,
    })
  }
}

/** @returns the exit code */
export async function exportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand('export', args, {
    format: { type: 'string' },
    output: { type: 'string', short: 'o' },
    filter: { type: 'string', short: 'f', multiple: true },
    force: { type: 'boolean' },
  })
  if (values.help === true) {
    process.stdout.write(exportHelp)
    return 0
  }
  const format = formatOf(values.format ?? 'sh')
  const { file, recordings, stoppedBy } = await recorded(scenarioOf(positionals), values.filter)
  if (stoppedBy !== undefined) return signalCode(stoppedBy)
  const drawing = headComment(file)
  const pieces = recordings.map(recording => ({ play: translate(recording), drawing }))
  const force = values.force ?? false
  const exported: Exported =
    format === 'sh'
      ? await (await import('./export/export-sh.ts')).exportSh(pieces, force)
      : await (await import('./export/export-md.ts')).exportMd(pieces, force)
  if (exported.stoppedBy !== undefined) return signalCode(exported.stoppedBy)
  write(exported.text, values.output, format)
  process.stderr.write(`${values.output ?? 'export'}: ${exported.remark}\n`)
  return 0
}
