import type { TypedCommand } from './typed.ts'

/** `[1] 31337`: what a shell says of what it starts in the background. */
const JOB = /^\s*\[\d+\][+-]?\s+(\d+)\b/

/** The processes in the background that a document shows the start of, by what it calls them. */
export const startedJobs = ({ text, shown = [] }: TypedCommand): string[] =>
  text.includes('&') ? shown.flatMap(line => JOB.exec(line)?.[1] ?? []) : []

/** Whether something goes on behind the prompt that comes next. */
export const isInBackground = (text: string): boolean => /(?<![&><|])&\s*$/.test(text)

/** Whether a document shows something that a job in the background says when it has started. */
export const saysFirst = ({ text, shown = [] }: TypedCommand): boolean =>
  isInBackground(text) && shown.some(line => line.trim() !== '' && !JOB.test(line))
