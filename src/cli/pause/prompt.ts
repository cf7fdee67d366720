import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { Foreground } from '../../kernel/foreground.ts'
import { NodePrompt, type PromptWord } from '../../lab/pause/node-prompt.ts'
import { nodeBash } from '../../lab/pause/node-bash.ts'
import { shown } from '../../report/terminal/shown.ts'
import type { EnterableNode } from '../../runner/pause-entry.ts'
import type { Pause, PauseListener } from '../../runner/pauses.ts'
import { sandboxEnvironment } from '../../runner/sandbox.ts'
import { nodesText, pausedText } from './paused-text.ts'
import type { AroundPrompt } from './pause-terminal.ts'

/** How often it is looked whether the terminal is ours again. */
const LOOK_MS = 100

function enter({ name, entry }: EnterableNode, command: string | undefined): ChildProcess {
  const [file = '', ...args] = [...entry, ...nodeBash(name, process.cwd(), command)]
  return spawn(file, args, { stdio: 'inherit', env: sandboxEnvironment() })
}

function wordsFor(pause: Pause, { output, stop }: AroundPrompt): PromptWord[] {
  return [
    {
      names: ['nodes'],
      help: 'all nodes, and how to enter them from another terminal',
      act: () => void output.write(nodesText(pause.nodes, output)),
    },
    {
      names: ['trace'],
      help: 'what was done until now, as the commands that do the same',
      act: () => void output.write(pause.actions.map(shell => `${shown(shell)}\n`).join('')),
    },
    {
      names: ['abort', 'quit'],
      help: 'closes the lab and ends the run; so does Ctrl-C',
      act: () => {
        stop()
        return 'over'
      },
    },
  ]
}

/** In the background nobody types for us: as any program that wants to read, we stop until `fg`. */
async function untilForeground(foreground: Foreground, over: AbortSignal): Promise<void> {
  while (!foreground.isOurs && !over.aborted) {
    process.kill(0, 'SIGTTIN')
    await setTimeout(LOOK_MS)
  }
}

/** Prompts at the terminal of a run; all of them have one history. */
export function promptAt(around: AroundPrompt): PauseListener {
  const { output, hold, stop } = around
  const foreground = new Foreground()
  const history: string[] = []
  return async pause => {
    const release = await hold()
    try {
      await untilForeground(foreground, pause.over)
      if (pause.over.aborted) return
      output.write(pausedText(pause, output))
      const end = await new NodePrompt({
        input: process.stdin,
        output,
        foreground,
        history,
        enter,
        nodes: pause.nodes,
        words: wordsFor(pause, around),
        over: pause.over,
      }).ended()
      if (end === 'interrupted') stop()
    } finally {
      release()
    }
  }
}
