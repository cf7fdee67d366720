import type { Session } from './session.ts'

/** Where a machine's shells print to and read from, which is to be there below another root as well. */
const OURS = '/.tnet/out'
const NOTHING = `${OURS}/null`
const MOUNTED_MS = 5000

const WORD = String.raw`(["']?[^\s;&|<>()"']+["']?)`
const CHROOT = new RegExp(
  String.raw`\bchroot\s+(?:-\S+\s+)*${WORD}|\bunshare\b.*?\s(?:-R\s*|--root[= ])${WORD}`,
)
const PIVOT = new RegExp(String.raw`\bpivot_root\s+${WORD}\s`)

/** Types a line that prints a little, and says what. */
export type Ask = (text: string) => Promise<string>

/** The shell of a terminal in folders that became its root, outer first. */
export class NewRoots {
  readonly #session: Session
  /** For each shell that is open; undefined: it has the root that is around it. */
  readonly #folders: (string | undefined)[] = []

  constructor(session: Session) {
    this.#session = session
  }

  /** Takes what we need into the folder that a line makes the root, before it is typed. */
  async before(text: string, ask: Ask): Promise<void> {
    const folder = PIVOT.exec(text)?.[1]
    if (folder !== undefined && (await taken(folder, ask)) !== undefined) {
      this.#session.stdin = NOTHING
    }
  }

  /** Opens a shell, which may have another root, or take the place of the one it is typed in. */
  async open(text: string, ask: Ask): Promise<void> {
    const [, one, other] = CHROOT.exec(text) ?? []
    const folder = one ?? other
    const path = folder === undefined ? undefined : await taken(folder, ask)
    if (!/^\s*exec\s/.test(text)) this.#folders.push(path)
    if (path !== undefined) this.#session.stdin = NOTHING
  }

  /** After a shell was left: what was taken into its root is gone before anybody looks. */
  async leave(): Promise<void> {
    const folder = this.#folders.pop()
    if (this.#folders.every(one => one === undefined)) delete this.#session.stdin
    if (folder === undefined) return
    const there = `'${folder.replaceAll("'", "'\\''")}'`
    await this.#session.enter(
      `(umount -l ${there}${OURS}; rmdir ${there}${OURS} ${there}/.tnet) >/dev/null 2>&1`,
      MOUNTED_MS,
    )
  }
}

/** undefined: it cannot be. */
async function taken(folder: string, ask: Ask): Promise<string | undefined> {
  const ours = `.${OURS}`
  const path = await ask(
    `(cd ${folder} && mkdir -p ${ours} && mount --rbind ${OURS} ${ours} && mount --make-rprivate ${ours} && pwd) 2>/dev/null`,
  )
  return /^\/./.test(path) ? path.trimEnd() : undefined
}
