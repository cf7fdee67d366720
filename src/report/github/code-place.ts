import path from 'node:path'
import type { ScenarioEnd, ScenarioStart } from '../../runner/events.ts'

/** Where in the repository an annotation is shown. */
export interface CodePlace {
  file?: string
  line?: number
}

/** Events name files as they are seen from where the run began, GitHub from its workspace. */
export function inWorkspace(file: string, workspace: string | undefined): string | undefined {
  if (workspace === undefined) return file
  const relative = path.relative(workspace, path.resolve(file))
  const isOutside = relative === '..' || relative.startsWith('../')
  return isOutside || relative === '' ? undefined : relative
}

/** The script's line that failed, or else the scenario's own; nothing for a file outside. */
export function codePlace(start: ScenarioStart, end: ScenarioEnd, workspace?: string): CodePlace {
  const [, at, atLine] = /^([^]*):(\d+)$/.exec(end.error?.at ?? '') ?? []
  const file = inWorkspace(at ?? start.file, workspace)
  const line = atLine === undefined ? start.line : Number(atLine)
  return { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) }
}
