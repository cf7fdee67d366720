import { pairedPids } from './compare/processes/compare-processes.ts'
import { asksForPids } from './compare/processes/process-ids.ts'
import { printingCommands, pickedFrom } from './compare/text/pipelines.ts'
import { plainLines } from './compare/lines.ts'
import type { TypedCommand } from './typed/typed.ts'

/** A process as the document calls it, and as it is called here. */
export type Pid = readonly [shown: string, here: string]

const SAID = /\bpid\b\D{0,12}(\d+)/i
/** Where a number in what is typed is a process. */
const TAKES_PID = [
  String.raw`(?<=/proc/)`,
  String.raw`(?<=\bnetns(?:\s+|=)(?:attach\s+\S+\s+|identify\s+)?)`,
  String.raw`(?<=\bnsenter\b[^\n;|&]*\s-t\s*)`,
  String.raw`(?<=\s--?(?:target|pid|ppid|parent|task)(?:\s+|=))`,
  String.raw`(?<=\bpgrep\b[^\n;|&]*\s-\w*P\s*)`,
  String.raw`(?<=\b(?:ps|lsns|strace|prlimit|taskset|chrt|pwdx|lsof)\b[^\n;|&]*\s-?p\s*)`,
  String.raw`(?<=\b(?:kill|wait|disown|pwdx|pstree)\b(?:\s+(?:-\S+|[A-Z]+\d*))*\s+(?:\d+\s+)*)`,
  String.raw`(?<=\b\w*pid\w*=["']?)`,
  String.raw`(?<=\becho\s+)(?=\d+\s*>+\s*\S*(?:tasks|cgroup\.procs)\b)`,
].join('|')
const TYPED = new RegExp(String.raw`(?:${TAKES_PID})(\d+)(?![\w.:])`, 'gi')
/** Where one in what is printed is. */
const PRINTED = /(?<=\/proc\/)(\d+)(?!\w)|(?<=\bpid\b\D{0,12})(\d+)(?!\w)/gi

/** Whether a process is meant by its number, which is another wherever it is typed. */
export const namesProcess = (text: string): boolean =>
  [...text.matchAll(TYPED)].some(([, pid]) => Number(pid) > 1)

/** Of lines of nothing else, and of the trees that `pstree -p` draws. */
const numbersIn = (lines: readonly string[]) =>
  lines.flatMap(line => line.match(/^[\d\s]+$/.test(line) ? /\d+/g : /(?<=\w\()\d+(?=\))/g) ?? [])
/** `/proc/$$/ns/net`: whose folder it is, a shell says. */
const ASKS_FOLDER = /\/proc\/["']?\$/
const foldersIn = (lines: readonly string[]) =>
  lines.flatMap(line => line.match(/(?<=\/proc\/)\d+/g) ?? [])

/** Those on either side in order, if there are as many. */
function inOrder(shown: readonly string[], here: readonly string[]): Pid[] {
  return shown.length === here.length ? shown.map((pid, i) => [pid, here[i] ?? pid]) : []
}

/** `echo $$  # 2543` */
const COMMENTED = /\s#\D{0,12}(\d+)\s*$/

function* pairs(command: TypedCommand, seen: readonly string[]): Generator<Pid> {
  const { text, shown = COMMENTED.exec(text)?.slice(1) ?? [] } = command
  const source = pickedFrom(text)
  for (const simple of [...printingCommands(text), ...(source === undefined ? [] : [source])]) {
    if (asksForPids(simple)) yield* inOrder(numbersIn(shown), numbersIn(seen))
    for (const [one, other] of pairedPids(simple, shown, seen)) yield [`${one}`, `${other}`]
  }
  if (ASKS_FOLDER.test(text)) yield* inOrder(foldersIn(shown), foldersIn(seen))
  const said = (lines: readonly string[]) => lines.flatMap(line => SAID.exec(line)?.[1] ?? [])
  yield* inOrder(said(shown), said(seen))
}

/**
 * Which process of a machine is meant where a document writes the number of one: what it shows of
 * `echo $$`, `pgrep`, `ps` or a job in the background, beside what was printed here.
 *
 * @example
 * pids.learn({ text: 'echo $$', shown: ['2543'] }, '17\n')
 * pids.here('ip link set veth1 netns 2543').text // 'ip link set veth1 netns 17'
 */
export class Pids {
  readonly #here = new Map<string, string>()

  learn(command: TypedCommand, seen: string): void {
    // Most commands show nothing, and taking them apart costs as much as typing them.
    if (command.shown === undefined && !command.text.includes('#')) return
    for (const pid of pairs(command, plainLines(seen))) this.add(pid)
  }

  add([shown, here]: Pid): void {
    if (Number(shown) > 1) this.#here.set(shown, here)
  }

  /** What is typed for it here, and whose numbers are others in that. */
  here(text: string): { text: string; pids: Pid[] } {
    if (this.#here.size === 0) return { text, pids: [] }
    const pids = new Map<string, string>()
    const typed = text.replace(TYPED, shown => {
      const here = this.#here.get(shown)
      if (here !== undefined && here !== shown) pids.set(shown, here)
      return here ?? shown
    })
    return { text: typed, pids: [...pids] }
  }

  /** A process that is meant by its number, and that the document did not show before. */
  stranger(text: string): string | undefined {
    const named = [...text.matchAll(TYPED)].map(([, pid = '']) => pid)
    return named.find(pid => Number(pid) > 1 && !this.#here.has(pid))
  }

  /** What is printed here, as the document would show it. */
  asShown(seen: string): string {
    if (this.#here.size === 0) return seen
    const shown = new Map([...this.#here].map(([one, other]) => [other, one]))
    return seen.replace(PRINTED, here => shown.get(here) ?? here)
  }
}
