/**
 * bash on a node, as somebody at a terminal wants it: a shell whose prompt names the node, or a
 * command. Interactive in both cases, as it then takes the terminal for a process group of its own:
 * Ctrl-C is for the command alone. A command has a second bash for itself, whose group that is, so
 * that it is interrupted as a whole. No history is kept: a run leaves no file behind.
 */
export function nodeBash(name: string, folder: string, command: string | undefined): string[] {
  const settings = [`PS1=${name} \\w \\$ `, 'HISTFILE=']
  const what = command === undefined ? [] : ['-c', 'bash -c "$0"', command]
  return ['env', `--chdir=${folder}`, ...settings, 'bash', '--norc', '-i', ...what]
}
