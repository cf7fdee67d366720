import { randomUUID } from 'node:crypto'
import { ExpectationError } from '../../errors.ts'
import { script, type Piece } from '../../export/sh/script.ts'
import { toolVersion } from '../../runner/tool-version.ts'
import { inSandbox, type Tried } from './in-sandbox.ts'

/** What is written, and what there is to say about it. */
export interface Exported {
  text: string
  remark: string
  stoppedBy?: NodeJS.Signals
}

const CANNOT = 4

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? ''

/** What the script says that is not as in the scenario. */
function differences({ exitCode, stdout, stderr }: Tried): string {
  const failed = stdout.split('\n').filter(line => line.startsWith('  FAIL  '))
  const lines = failed.map(line => line.slice('  FAIL  '.length))
  return lines.length > 0 ? lines.join('\n') : `exit code ${exitCode}: ${lastLine(stderr)}`
}

/**
 * Writes a script, after it has run once in an empty sandbox: a scenario may try what the kernel
 * refuses, which events do not tell; and who gets the script is to get the same answers.
 *
 * @param force write it even where the answers are not the same
 */
export async function exportSh(pieces: readonly Piece[], force: boolean): Promise<Exported> {
  const tool = toolVersion()
  const mark = randomUUID()
  const tried = await inSandbox(script(pieces, tool, { mark }))
  const { exitCode, stdout, stderr, stoppedBy } = tried
  if (stoppedBy !== undefined) return { text: '', remark: '', stoppedBy }
  const told = stdout.split('\n').filter(line => line.startsWith(`${mark} `))
  const refused = new Set(told.map(line => Number(line.slice(mark.length))))
  const text = script(pieces, tool, { refused })
  if (exitCode === 0) {
    const said = `it gives the same answers in an empty sandbox: ${lastLine(stdout)}`
    return { text, remark: said }
  }
  if (exitCode === CANNOT && stdout === '') {
    return { text, remark: `it was not tried: ${lastLine(stderr)}` }
  }
  const different = differences(tried)
  if (force) return { text, remark: `it does not give the same answers:\n${different}` }
  throw new ExpectationError('the script does not give the answers of the scenario', {
    code: 'TNET_EXPORT_DIFFERS',
    hint: 'something of the scenario is not in its events; --force writes the script all the same',
    facts: { differ: different },
  })
}
