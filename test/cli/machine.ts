import { spawnSync } from 'node:child_process'
import fs from 'node:fs'

function output(command: string, args: readonly string[]): string {
  const { stdout, status } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  return status === 0 ? stdout : ''
}

/** Leaves out what moves by itself: how long a lease still holds, what conntrack has counted. */
function settled(text: string): string {
  return text
    .replace(/"(valid|preferred)_life_time":\d+/g, '')
    .split('\n')
    .filter(line => !/nf_conntrack_count|\.stable_secret/.test(line))
    .join('\n')
}

/** The machine's own network, as text by name; two of them are equal when nothing was touched. */
export function machineState(): Record<string, string> {
  const ip = (...what: string[]) => settled(output('ip', ['-j', ...what]))
  return {
    link: ip('link'),
    addr: ip('addr'),
    route: ip('route', 'show', 'table', 'all') + ip('-6', 'route', 'show', 'table', 'all'),
    rule: ip('rule') + ip('-6', 'rule'),
    nft: output('nft', ['-s', 'list', 'ruleset']),
    sysctl: settled(output('sysctl', ['net'])),
    mounts: fs.readFileSync('/proc/self/mountinfo', 'utf8'),
    netns: fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns').join(' ') : '',
  }
}

/** Processes that have `text` in their environment: what a run started, wherever it is now. */
export function processesWith(text: string): number[] {
  return fs
    .readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return fs.readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text)
      } catch {
        return false // gone, or another user's
      }
    })
    .map(Number)
}
