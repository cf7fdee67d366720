import fs from 'node:fs'
import { isUtf8 } from 'node:buffer'
import path from 'node:path'
import { EnvironmentError, UsageError } from '../../errors.ts'
import { shownPath } from '../../runner/shown-path.ts'
import { sourceBytes } from '../../runner/source-bytes.ts'

/** A document's text, by the byte: one that is no UTF-8 would be another when it is written again. */
export function documentText(file: string): string {
  const bytes = sourceBytes(file)
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw new UsageError(`${shownPath(file)} is not UTF-8`, {
    code: 'TNET_DOCUMENT_ENCODING',
    hint: `iconv -f GB18030 -t UTF-8 ${shownPath(file)}, or whatever it is written in`,
  })
}

function unwritable(output: string, error: unknown): EnvironmentError {
  return new EnvironmentError(`could not write ${output}`, {
    code: 'TNET_WALK_OUTPUT',
    hint: 'name a file that you may write, in a folder that is there, with --output FILE',
    facts: { kernel: (error as Error).message },
    cause: error,
  })
}

/** @throws EnvironmentError now, and not when a walk of minutes is over */
export function checkWritable(output: string): void {
  try {
    fs.accessSync(fs.existsSync(output) ? output : path.dirname(output), fs.constants.W_OK)
  } catch (error) {
    throw unwritable(output, error)
  }
}

/** Writes what was made of a document; `-` is standard output. */
export function writeOutput(text: string, output: string): void {
  if (output === '-') {
    process.stdout.write(text)
    return
  }
  try {
    fs.writeFileSync(output, text)
  } catch (error) {
    throw unwritable(output, error)
  }
}

/** @throws UsageError when `flag` is for one document, and there are several */
export function onlyDocument(files: readonly string[], flag: string): string {
  const [file, ...others] = files
  if (file !== undefined && others.length === 0) return file
  throw new UsageError(`${flag} takes one document, not ${files.length}`, {
    code: 'TNET_ARGUMENT_INVALID',
    hint: `name one: tnet-lab walk ${flag} README.md`,
  })
}
