import fs from 'node:fs'
import os from 'node:os'

/** What brings a feature where it is not built in. */
export interface KernelModule {
  name: string
  /** What makes it load without adding links of its own. */
  options?: string
  /** The link that it adds, on loading, to the machine's own network. */
  addsLink?: string
}

/** What can be done about a feature that is not there. */
export interface Advice {
  /** Follows "not in this kernel": why, where that is known. */
  words: string
  /** What adds it, where something does. */
  command?: string
}

const lists = new Map<string, string>()

/** A file's content; empty when it cannot be read. */
function content(file: string): string {
  let text = lists.get(file)
  if (text === undefined) {
    try {
      text = fs.readFileSync(file, 'latin1')
    } catch {
      text = ''
    }
    lists.set(file, text)
  }
  return text
}

const folderOf = (root: string) => `${root}/lib/modules/${os.release()}`

/** A module's file is called with hyphens or underscores, whatever the module is called. */
const holds = (text: string, name: string) =>
  new RegExp(`(?:^|/)${name.replace(/[-_]/g, '[-_]')}\\.ko`, 'm').test(text)

/** Only a kernel that can load modules has the file. */
const loadsModules = (root: string) => fs.existsSync(`${root}/proc/modules`)
const isLoaded = (root: string, name: string) =>
  fs.existsSync(`${root}/sys/module/${name.replaceAll('-', '_')}`)

/**
 * Whether trying a feature would have the kernel load a module that adds links to the machine's
 * own network. Where that cannot be known, it might.
 *
 * @param root where the machine's file system begins, for tests
 */
export function wouldAddLinks({ name, addsLink }: KernelModule, root = ''): boolean {
  if (addsLink === undefined || !loadsModules(root) || isLoaded(root, name)) return false
  const folder = folderOf(root)
  return !fs.existsSync(folder) || holds(content(`${folder}/modules.dep`), name)
}

/** How a module that is not loaded gets loaded, if it can be at all. */
export function adviceOn({ name, options = '' }: KernelModule, root = ''): Advice {
  if (!loadsModules(root)) return { words: 'which loads no modules' }
  const folder = folderOf(root)
  if (!fs.existsSync(folder)) {
    return { words: `and there is no ${folder} here: load "${name}" on the machine itself` }
  }
  if (isLoaded(root, name)) return { words: `although module "${name}" is loaded` }
  const modprobe = `sudo modprobe ${name} ${options}`.trimEnd()
  if (holds(content(`${folder}/modules.dep`), name)) {
    return { words: `whose module "${name}" is not loaded`, command: modprobe }
  }
  const words = `which came without module "${name}"`
  if (!/^ID=ubuntu$/m.test(content(`${root}/etc/os-release`))) return { words }
  const extra = `linux-modules-extra-${os.release()}`
  return { words, command: `sudo apt-get install -y ${extra} && ${modprobe}` }
}
