import { isWrong, type Walked } from '../../runner/events.ts'
import { diffLines, diffLineText } from '../walk/diff-lines.ts'
import { VERDICT_WORDS } from '../walk/words.ts'
import { firstLineOf } from '../walk/wrong-text.ts'
import type { TestPoint } from './test-point.ts'
import type { YamlFields } from './yaml-block.ts'

const MOST_DIFF_LINES = 100

function diagnosticsOf(command: Walked): YamlFields {
  const { number, line, host, terminal, namespace, verdict, reason, exitCode, shown, seen } =
    command
  const { remarks = [] } = command
  const differs = (command.differences ?? []).length > 0
  const diff = diffLines(command, MOST_DIFF_LINES).map(diffLineText).join('\n')
  return {
    number,
    line,
    verdict,
    host,
    terminal,
    namespace,
    command: command.command,
    reason,
    exitcode: exitCode ?? undefined,
    diff: differs ? diff : undefined,
    shown,
    seen,
    remarks: remarks.length > 0 ? remarks.join('\n') : undefined,
  }
}

/** A command of a walkthrough: `command 12, line 310, differs: ping -c 1 10.0.0.1`. */
export function ofWalked(command: Walked, excuse: string | undefined): TestPoint {
  const { number, line, verdict, durationMs, reason } = command
  const ok = !isWrong(verdict)
  const name = `command ${number}, line ${line}, ${VERDICT_WORDS[verdict]}: ${firstLineOf(command)}`
  const isSkipped = verdict === 'not-run' || verdict === 'cannot-judge'
  if (isSkipped) return { ok, name, skip: reason ?? VERDICT_WORDS[verdict] }
  if (ok) return { ok, name, durationMs }
  const point = { ok, name, durationMs, diagnostics: diagnosticsOf(command) }
  return excuse === undefined ? point : { ...point, todo: excuse }
}
