import fs from 'node:fs'
import path from 'node:path'
import { makeCharacterDevice } from '../../kernel/device-node.ts'
import { bind, bindAll, bindReadOnly, mount } from '../../kernel/mounts.ts'
import { writeStandIns } from './stand-ins.ts'

/** What a document may write in all: files of its machine are in memory. */
const SIZE = 'size=64m,nr_inodes=16384,mode=755'
/** What its commands may print, and be kept. */
const OUTPUT_SIZE = 'size=64m,nr_inodes=4096,mode=755'
/** The machine's own programs and libraries. */
const PROGRAMS = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']
/** Empty, and the document's own. */
const FOLDERS = `root home tmp run run/lock mnt media srv opt proc sys
  dev dev/pts dev/shm dev/net etc .etc .old .tnet .tnet/out
  var var/cache var/lib var/lib/misc var/log var/spool var/tmp var/www`.split(/\s+/)
/** Parts of /etc that documents write to; the rest is there to be read. */
const COPIED = new Set(
  `sysctl.conf sysctl.d modules modules-load.d network netplan iproute2 systemd
  dnsmasq.conf dnsmasq.d default profile bash.bashrc nftables.conf`.split(/\s+/),
)
/** Those are the simulated machine's own; `netns` has what `ip netns exec` lays over them. */
const REPLACED = new Set(['hosts', 'hostname', 'resolv.conf', 'nsswitch.conf', 'mtab', 'netns'])
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
const TUN = '/dev/net/tun'
const LARGEST_COPY = 1 << 20

/** What a machine is called, and knows of others. */
export interface MachineNames {
  name: string
  /** Lines of /etc/hosts beyond its own. */
  hosts: string
  /** Of DNS servers; without one, names are in /etc/hosts alone. */
  nameServers: readonly string[]
}

function programs(root: string): void {
  for (const name of PROGRAMS) {
    const source = `/${name}`
    const found = fs.lstatSync(source, { throwIfNoEntry: false })
    if (found === undefined) continue
    const target = path.join(root, name)
    if (found.isSymbolicLink()) fs.symlinkSync(fs.readlinkSync(source), target)
    else {
      fs.mkdirSync(target)
      bindReadOnly(source, target)
    }
  }
}

function copied(source: string, target: string): void {
  const found = fs.lstatSync(source)
  if (found.isSymbolicLink()) fs.symlinkSync(fs.readlinkSync(source), target)
  else if (found.isFile() && found.size <= LARGEST_COPY) fs.copyFileSync(source, target)
  else if (found.isDirectory()) {
    fs.mkdirSync(target)
    for (const name of fs.readdirSync(source)) {
      copied(path.join(source, name), path.join(target, name))
    }
  }
}

/** A folder to write to; what is not the machine's own is a link to what may be read alone. */
function etc(root: string): void {
  bindReadOnly('/etc', path.join(root, '.etc'))
  const own = path.join(root, 'etc')
  for (const entry of fs.readdirSync('/etc')) {
    if (REPLACED.has(entry)) continue
    const target = path.join(own, entry)
    try {
      if (COPIED.has(entry)) copied(path.join('/etc', entry), target)
      else fs.symlinkSync(`/.etc/${entry}`, target)
    } catch {
      // Not everybody may read all of it.
    }
  }
  const write = (file: string, text: string) => fs.writeFileSync(path.join(own, file), text)
  // nameMachine() knows better.
  for (const file of ['hosts', 'hostname', 'resolv.conf']) write(file, '')
  write('nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n')
  fs.symlinkSync('/proc/self/mounts', path.join(own, 'mtab'))
}

function devices(root: string): void {
  for (const name of DEVICES) {
    const target = path.join(root, 'dev', name)
    fs.writeFileSync(target, '')
    bind(`/dev/${name}`, target)
  }
  const nothing = path.join(root, '.tnet/out/null')
  fs.writeFileSync(nothing, '')
  bind('/dev/null', nothing)
  mount('devpts', path.join(root, 'dev/pts'), 'devpts', { data: 'newinstance,ptmxmode=0666' })
  const links = { ptmx: 'pts/ptmx', fd: '/proc/self/fd' }
  for (const [name, to] of Object.entries(links)) fs.symlinkSync(to, path.join(root, 'dev', name))
  for (const [n, name] of ['stdin', 'stdout', 'stderr'].entries()) {
    fs.symlinkSync(`/proc/self/fd/${n}`, path.join(root, 'dev', name))
  }
}

/** That of this machine may be for its root alone, and nobody is that in there. */
function tun(root: string, isRoot: boolean): void {
  const found = fs.statSync(TUN, { throwIfNoEntry: false })
  if (found === undefined) return
  const target = path.join(root, TUN)
  if (isRoot && makeCharacterDevice(target, found.rdev)) return
  fs.writeFileSync(target, '')
  bind(TUN, target)
}

/** All that a document may write to belongs to whom its shells run as. */
function give(folder: string, owner: number): void {
  fs.lchownSync(folder, owner, owner)
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) give(file, owner)
    else fs.lchownSync(file, owner, owner)
  }
}

/**
 * The root folder of a simulated machine: this machine's programs and settings to read, everything
 * else empty and in memory. Nothing of this machine can be written to in it, and no folder of a
 * person's is below it; what is mounted there goes with `root`.
 *
 * @param owner whom its files belong to, when that is not the caller
 */
export function makeMachineRoot(root: string, owner?: number): void {
  mount('tmpfs', root, 'tmpfs', { data: SIZE })
  for (const folder of FOLDERS) fs.mkdirSync(path.join(root, folder))
  for (const folder of ['tmp', 'var/tmp', 'dev/shm']) fs.chmodSync(path.join(root, folder), 0o1777)
  fs.symlinkSync('../run', path.join(root, 'var/run'))
  mount('tmpfs', path.join(root, '.tnet/out'), 'tmpfs', { data: OUTPUT_SIZE })
  etc(root)
  const standIns = path.join(root, '.tnet/bin')
  writeStandIns(standIns)
  // A mount cannot be removed, and neither can what is in it.
  bindReadOnly(standIns, standIns)
  if (owner !== undefined) {
    for (const name of ['etc', 'home', 'media', 'mnt', 'opt', 'root', 'run', 'srv', 'var']) {
      give(path.join(root, name), owner)
    }
    for (const name of ['', '.tnet/out', 'tmp', 'dev/shm']) {
      fs.lchownSync(path.join(root, name), owner, owner)
    }
  }
  programs(root)
  devices(root)
  tun(root, owner !== undefined)
  // A new one may be mounted over it where this one is seen.
  bindAll('/sys', path.join(root, 'sys'))
}

/** Writes what a machine that has its root folder is called; nothing has run in it yet. */
export function nameMachine(root: string, { name, hosts, nameServers }: MachineNames): void {
  const write = (file: string, text: string) => fs.writeFileSync(path.join(root, 'etc', file), text)
  write('hosts', `127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.1.1 ${name}\n${hosts}`)
  write('hostname', `${name}\n`)
  // A name that nobody knows is said to be unknown at once.
  const servers = nameServers.map(server => `nameserver ${server}\n`).join('')
  write('resolv.conf', `${servers}options timeout:1 attempts:1\n`)
}
