import fs from 'node:fs'

/** On a tmpfs that only the sandbox has. */
const FILE = '/run/tnet-lab/sandbox'

/** The namespaces that make a sandbox one, by their numbers: `net:[4026532200] pid:[4026532203]`. */
function namespaces(): string {
  return ['net', 'pid'].map(kind => fs.readlinkSync(`/proc/thread-self/ns/${kind}`)).join(' ')
}

/** Says that these are a sandbox's namespaces; /run has to be its own by now. */
export function markSandbox(): void {
  fs.mkdirSync('/run/tnet-lab', { recursive: true })
  fs.writeFileSync(FILE, namespaces())
}

/**
 * Why this is no sandbox of `tnet-lab sandbox`; nothing when it is one. The environment may say
 * anything, and a container looks like a sandbox; but only process 1 of a sandbox leaves this mark,
 * where nobody outside can read it, and the numbers in it hold for no other namespaces.
 */
export function notInSandbox(): string | undefined {
  let mark: string
  try {
    mark = fs.readFileSync(FILE, 'utf8')
  } catch {
    return `there is no ${FILE}`
  }
  const here = namespaces()
  return mark === here ? undefined : `the sandbox is ${mark}, this process is in ${here}`
}
