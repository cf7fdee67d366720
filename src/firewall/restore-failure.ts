import { CommandError, EnvironmentError, type TnetError } from '../errors.ts'

/** The line that iptables-restore names, from 1; it says "line: 4", "line 4" or "at line: 4". */
export function failedLine(stderr: string): number | undefined {
  const found = /\bline:? (\d+)/.exec(stderr)
  return found === null ? undefined : Number(found[1])
}

export interface Failure {
  /** `iptables-restore`, `ip6tables-save` */
  tool: string
  /** The node's label. */
  where: string
  stderr: string
  /** What it read. */
  input: string
  /** The commands that do the same. */
  shell: string
  /** An exit code or a signal. */
  ended: string
}

/** What the tool said, which line it meant, and what to type to see it again. */
export function restoreFailure({ tool, where, stderr, input, shell, ended }: Failure): TnetError {
  const number = failedLine(stderr)
  const line = number === undefined ? undefined : input.split('\n')[number - 1]
  const isDenied = /you must be root|Operation not permitted|Permission denied/i.test(stderr)
  const options = {
    code: isDenied ? 'TNET_FIREWALL_DENIED' : 'TNET_FIREWALL_REFUSED',
    hint: isDenied
      ? 'run it through "tnet-lab run", which gives a scenario the rights it needs'
      : 'type the command by hand; "tnet-lab doctor" says what this kernel\'s iptables can do',
    facts: {
      [tool]: stderr.trim() === '' ? ended : `${stderr.trim()} (${ended})`,
      ...(line === undefined || line === '' ? {} : { line }),
      command: shell,
    },
  }
  const message = `could not change the rules on "${where}"`
  return isDenied ? new EnvironmentError(message, options) : new CommandError(message, options)
}
