import { EnvironmentError, ExpectationError, UsageError } from '../../errors.ts'
import { blocksFor } from '../../export/md/blocks.ts'
import { document } from '../../export/md/document.ts'
import { commandsOf, seenIn, typingScript } from '../../export/md/typing-script.ts'
import { prelude } from '../../export/sh/script.ts'
import type { Piece } from '../../export/sh/script.ts'
import { shellWord } from '../../names.ts'
import { toolVersion } from '../../runner/tool-version.ts'
import type { Exported } from './export-sh.ts'
import { inSandbox } from './in-sandbox.ts'

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? ''

function onlyPiece(pieces: readonly Piece[]): Piece {
  const [piece, ...others] = pieces
  if (piece !== undefined && others.length === 0) return piece
  throw new UsageError(`${pieces.length} scenarios are in that file, and a document is of one`, {
    code: 'TNET_EXPORT_SEVERAL',
    hint: `choose one: --filter ${shellWord(piece?.play.name ?? '')}`,
    facts: { scenarios: pieces.map(({ play }) => play.name).join('\n') },
  })
}

/** Writes a document, out of what every command of it printed in an empty sandbox. */
export async function exportMd(pieces: readonly Piece[], force: boolean): Promise<Exported> {
  const { play, drawing } = onlyPiece(pieces)
  const blocks = blocksFor(play)
  const commands = commandsOf(blocks)
  const { exitCode, stdout, stderr, stoppedBy } = await inSandbox(
    typingScript(commands, prelude(play)),
  )
  if (stoppedBy !== undefined) return { text: '', remark: '', stoppedBy }
  const seen = seenIn(stdout)
  if (seen.length < commands.length) {
    throw new EnvironmentError(`no document without what is seen: ${lastLine(stderr)}`, {
      code: 'TNET_EXPORT_UNSEEN',
      hint: '--format sh writes a script here, which runs where the kernel has all of it',
      facts: { typed: `${seen.length} of ${commands.length} commands, exit code ${exitCode}` },
    })
  }
  const different = commands.filter((_, n) => seen[n]?.isSo === false)
  const text = document({ play, drawing, blocks, seen, tool: toolVersion() })
  if (different.length === 0) {
    return { text, remark: `${commands.length} commands, as they went in an empty sandbox` }
  }
  const differ = different.map(({ command }) => command).join('\n')
  if (force) return { text, remark: `not everything went as in the scenario:\n${differ}` }
  throw new ExpectationError('typed by hand, it does not go as in the scenario', {
    code: 'TNET_EXPORT_DIFFERS',
    hint: 'something of the scenario is not in its events; --force writes it all the same',
    facts: { differ },
  })
}
