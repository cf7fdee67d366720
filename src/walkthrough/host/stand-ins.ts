import fs from 'node:fs'
import path from 'node:path'

/** Where a machine finds them, before everything else. */
export const STAND_INS = '/.tnet/bin'
/** What a stand-in says of something that has no place in a walk. */
export const NOT_HERE = 'cannot be done here:'
/** What it says of something that this kernel has not. */
export const NO_KERNEL = 'cannot be judged here:'

/** Variable: the seconds that `ping` waits for an answer. */
export const PING_SECONDS = '__tnet_ping_seconds'

/** Where real programs are. */
export const PROGRAMS_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Runs the real program of a name. */
const real = (name: string) => `PATH=${PROGRAMS_PATH} exec ${name}`

/** Who is root already needs none; its options are those that documents use. */
const sudo = `#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    -u | -g | -h | -p | -C | -D | -T) shift; [ $# -eq 0 ] || shift ;;
    --) shift; break ;;
    -*) shift ;;
    [A-Za-z_]*=*) export "$1"; shift ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || exec /bin/bash
exec "$@"
`

const su = `#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    -c) shift; exec /bin/bash -c "$1" ;;
    *) shift ;;
  esac
done
exec /bin/bash
`

/**
 * An answer comes within a second here, or never: ping itself waits for ten. Who waits for the kernel
 * to say that nobody answers ARP, which takes three, says so.
 */
const ping = (name: string) => `#!/bin/sh
for word; do
  case $word in -W* | -w*) ${real(`${name} "$@"`)} ;; esac
done
${real(`${name} -W \${${PING_SECONDS}:-1} "$@"`)}
`

/** There is no second user that it could become; and what it has seen it tells at once. */
const tcpdump = `#!/bin/sh
${real('tcpdump --immediate-mode -Z root "$@"')}
`

/**
 * Prints what would be on the screen, each time that it changes: watch itself moves about in a terminal
 * of 80 columns, and what comes of that is no lines.
 */
const watch = `#!/bin/bash
all=("$@") seconds=2 title=1 run=(sh -c)
while [ $# -gt 0 ]; do
  case $1 in
    -n | --interval | -dn) seconds=$2; shift ;;
    -n* | -dn*) seconds=\${1#*n} ;;
    --interval=*) seconds=\${1#*=} ;;
    -t | --no-title) title= ;;
    -x | --exec) run=() ;;
    -d | --differences* | -c | --color | -b | -w | -p) ;;
    -*) set -- "\${all[@]}"; ${real('watch "$@"')} ;;
    *) break ;;
  esac
  shift
done
[ $# -gt 0 ] || ${real('watch')}
[ \${#run[@]} -eq 0 ] || set -- "\${run[@]}" "$*"
before=none
trap 'kill $! 2>/dev/null; exit 0' INT TERM
while :; do
  now=$("$@" 2>&1; echo .)
  if [ "$now" != "$before" ]; then
    [ -z "$title" ] || printf 'Every %.1fs: %s\\n\\n' "$seconds" "\${@: -1}"
    printf %s "\${now%.}"
    before=$now
  fi
  sleep "$seconds" >/dev/null 2>&1 &
  wait $!
done
`

/** Loads nothing: says whether the kernel can do what a module is for. */
const modprobe = `#!/bin/sh
kind() { ! unshare --net ip link add tnet-probe type "$1" 2>&1 | grep -qE 'Unknown device type|not supported'; }
has() {
  case $1 in
    br_netfilter) [ -d /proc/sys/net/bridge ] ;;
    8021q) unshare --net sh -c 'ip link add p type bridge && ip link add link p name v type vlan id 2' 2>/dev/null ;;
    bonding) kind bond ;;
    ip_gre) kind gre ;;
    veth | bridge | vxlan | dummy | ipip | gre | geneve | macvlan | ipvlan | vrf | wireguard | ifb | sit) kind "$1" ;;
    ip_tables | iptable_* | x_tables | xt_* | nf_* | nft_* | ip6_tables | ip6table_*) iptables -t nat -S >/dev/null 2>&1 ;;
    tun) [ -e /dev/net/tun ] ;;
    *) [ -d "/sys/module/$1" ] ;;
  esac
}
for name; do
  case $name in
    -r | --remove) echo "${NOT_HERE} no module is unloaded in a walk" >&2; exit 1 ;;
    -*) continue ;;
  esac
  module=$(echo "$name" | tr - _)
  has "$module" || { echo "${NO_KERNEL} this kernel has no $name" >&2; exit 1; }
  [ "\${all-}" ] || case "$*" in *-a*) all=1 ;; *) exit 0 ;; esac
done
`

/** Nothing runs that was not started by hand: stopping is done already. */
const systemctl = `#!/bin/sh
case $1 in
  stop | disable | mask | daemon-reload | reset-failed) exit 0 ;;
  is-active | is-enabled) echo inactive; exit 3 ;;
esac
echo "${NOT_HERE} the simulated machine has no systemd" >&2
exit 1
`

const service = `#!/bin/sh
case $2 in stop) exit 0 ;; esac
echo "${NOT_HERE} the simulated machine has no init system" >&2
exit 1
`

const refuse = (reason: string) => `#!/bin/sh
echo "${NOT_HERE} ${reason}" >&2
exit 1
`

const noPackages = refuse('no packages are installed in a walk')
const noRegistry = refuse('a simulated machine has no projects, and reaches no registry')
const noPower = refuse('the simulated machine ends with its walk')

const programs: Readonly<Record<string, string>> = {
  sudo,
  doas: sudo,
  su,
  ping: ping('ping'),
  ping6: ping('ping -6'),
  tcpdump,
  watch,
  modprobe,
  insmod: refuse('no module is loaded in a walk'),
  rmmod: refuse('no module is unloaded in a walk'),
  systemctl,
  service,
  ...Object.fromEntries(
    ['apt', 'apt-get', 'yum', 'dnf', 'apk', 'pacman', 'zypper', 'snap', 'pip', 'pip3'].map(name => [
      name,
      noPackages,
    ]),
  ),
  ...Object.fromEntries(['npm', 'npx', 'yarn', 'pnpm'].map(name => [name, noRegistry])),
  ...Object.fromEntries(
    ['shutdown', 'reboot', 'poweroff', 'halt', 'init', 'telinit'].map(name => [name, noPower]),
  ),
}

/** Writes them into a folder that is made for them. */
export function writeStandIns(folder: string): void {
  fs.mkdirSync(folder)
  for (const [name, text] of Object.entries(programs)) {
    fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 })
  }
}
