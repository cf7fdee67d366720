import tty from 'node:tty'
import { Foreground } from '../../kernel/foreground.ts'
import type { Lab } from '../lab.ts'
import { NodePrompt } from './node-prompt.ts'
import { nodeBash } from './node-bash.ts'
import { enterables, type EnterableHere } from './open-nodes.ts'

const history: string[] = []
let foreground: Foreground | undefined

function enter({ name, netns }: EnterableHere, command: string | undefined) {
  const [file = '', ...args] = nodeBash(name, process.cwd(), command)
  return netns.spawn(file, args, { stdio: 'inherit' })
}

/**
 * A lab that nobody runs but this process itself waits for whoever is at its terminal, and gives a
 * prompt there. Standard input that is no terminal would be waited for in vain.
 */
export async function pauseHere(lab: Lab): Promise<void> {
  if (!tty.isatty(0) || !tty.isatty(2)) {
    process.stderr.write('lab.pause(): there is no terminal to pause at, so it goes on\n')
    return
  }
  foreground ??= new Foreground()
  const nodes = enterables(lab)
  const output = process.stderr
  output.write(
    `paused: ${nodes.map(({ name }) => name).join(', ') || 'no nodes'}; help says more\n`,
  )
  const end = await new NodePrompt({
    input: process.stdin,
    output,
    foreground,
    nodes,
    history,
    enter,
    words: [],
  }).ended()
  // At a prompt, Ctrl-C is a character; what it means to the program is decided here as elsewhere.
  if (end === 'interrupted') process.kill(process.pid, 'SIGINT')
}
