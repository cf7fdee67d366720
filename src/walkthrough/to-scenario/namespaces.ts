import { simpleCommands } from '../compare/simple-command.ts'
import { ipWords } from '../plan/typing/ip-words.ts'
import type { PartPlan } from '../plan/walk-plan.ts'
import { piecesOf } from './pieces.ts'

/** What tidies up at the end of a document. */
const TIDIES =
  /\b(?:del|delete|delbr|flush|kill|pkill|killall|exit|rm|down|stop)\b|\s-[FXD]\b|\bsysctl\b.*=\s*0\b|\becho\s+0\s*>/

interface Life {
  added: number
  /** Something is done or looked at after it was deleted, which tidying up is not. */
  isUsedLater: boolean
  isDeleted: boolean
}

/**
 * Network namespaces that a part of a document makes, by machine, and that a container of the lab can
 * stand for: made once, by name, and not deleted before the end.
 */
export function containersOf({ steps }: PartPlan): Map<string, Set<string>> {
  const lives = new Map<string, Map<string, Life>>()
  for (const { host, command, isRepeat, kind } of steps) {
    if (isRepeat === true || kind === 'not-run') continue
    const known = lives.get(host) ?? new Map<string, Life>()
    lives.set(host, known)
    for (const life of known.values()) {
      if (life.isDeleted && !TIDIES.test(command.text)) life.isUsedLater = true
    }
    for (const one of piecesOf(command.text).flatMap(simpleCommands)) {
      const words = ipWords(one)
      const [name] = words?.rest ?? []
      if (words?.object !== 'netns' || name === undefined) continue
      const life = known.get(name) ?? { added: 0, isUsedLater: false, isDeleted: false }
      if (words.action === 'add') life.added++
      if (words.action === 'delete') life.isDeleted = true
      known.set(name, life)
    }
  }
  const isSteady = ({ added, isUsedLater }: Life) => added === 1 && !isUsedLater
  return new Map(
    [...lives].map(([host, known]) => [
      host,
      new Set(
        [...known]
          .filter(([name, life]) => isSteady(life) && !name.includes('$'))
          .map(([name]) => name),
      ),
    ]),
  )
}
