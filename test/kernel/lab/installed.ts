import { spawnSync } from 'node:child_process'

/** Whether this machine has a program; for the checks that need one that a lab itself does not. */
export const isInstalled = (tool: string): boolean =>
  spawnSync(tool, ['--version']).error === undefined
