/** What needs more than the kernel of every machine, and how to see that it is there. */
const probes: Readonly<Record<string, string>> = {
  vlan: 'link add link one name two type vlan id 2',
  macvlan: 'link add link one name two type macvlan mode bridge',
  vxlan: 'link add two type vxlan id 2 dstport 4789',
  ipip: 'link add two type ipip local 192.0.2.1 remote 192.0.2.2',
  gre: 'link add two type gre local 192.0.2.1 remote 192.0.2.2',
  gretap: 'link add two type gretap local 192.0.2.1 remote 192.0.2.2',
}

/** Ends with 4 where the kernel lacks a kind of link. */
export function probing(kinds: readonly string[]): string {
  const lines = kinds.flatMap(kind =>
    probes[kind] === undefined ? [] : [`kernel_has ${kind} ${probes[kind]}`],
  )
  if (lines.length === 0) return ''
  return `
# kernel_has KIND WORDS…: ip makes such a link, in a namespace of its own.
kernel_has() {
  local place=tnet-probe-$$ can=yes
  ip netns add "$place"
  made+=("$place")
  ip -n "$place" link add one type veth peer name three
  ip -n "$place" "\${@:2}" 2>/dev/null || can=no
  clean_up
  if [ "$can" = no ]; then
    echo "cannot be done here: the kernel has no $1" >&2
    exit 4
  fi
}
${lines.join('\n')}
`
}

export const CLEAN_UP = `
made=()
declare -A started=()
passed=0 failed=0 left_out=0

# Whatever ends this script ends all that it made, and nothing else, and bash tells of none of it.
clean_up() {
  local each
  for each in "\${started[@]}"; do kill "$each" 2>/dev/null || true; done
  for each in "\${made[@]}"; do
    ip netns pids "$each" 2>/dev/null | xargs -r kill -KILL 2>/dev/null || true
    ip netns delete "$each" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  made=() started=()
} 2>/dev/null
work=$(mktemp -d /tmp/tnet-lab.XXXXXX)
trap 'clean_up; rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'echo "line $LINENO failed: $BASH_COMMAND" >&2' ERR
`

export const NAMESPACE = `
# namespace NAME: a network namespace that begins the same whatever this machine is set to: it
# forwards nothing, filters nothing, says every "unreachable", and makes no addresses itself.
namespace() {
  if [ -e "/var/run/netns/$1" ]; then
    echo "there is a network namespace $1 already, and it is not mine" >&2
    exit 1
  fi
  # First, so that whatever stops this script finds it.
  made+=("$1")
  ip netns add "$1"
  ip netns exec "$1" bash "$work/begin"
}
cat >"$work/begin" <<'BEGIN'
cd /proc/sys/net
for setting in ipv4/ip_forward=0 ipv4/conf/{all,default}/rp_filter=0 ipv4/icmp_ratelimit=0 \\
  ipv6/conf/{all,default}/disable_ipv6=0 ipv6/conf/all/forwarding=0 ipv6/icmp/ratelimit=0 \\
  ipv6/conf/default/addr_gen_mode=1 bridge/bridge-nf-call-ip{,6}tables=1; do
  [ ! -e "\${setting%=*}" ] || echo "\${setting#*=}" >"\${setting%=*}"
done
BEGIN
`

export const TOTAL = `
total="$passed passed, $failed failed"
[ "$left_out" -eq 0 ] || total="$total, $left_out left out"
echo
echo "$total"
trap - ERR
[ "$failed" -eq 0 ]
`

/** Ends with 4 where it cannot run at all. */
export function checking(tools: readonly (readonly [tool: string, name: string])[]): string {
  const packages = [...new Set(tools.map(([, name]) => name))].sort()
  return `
if [ "$(id -u)" -ne 0 ]; then
  echo 'this needs root: sudo bash, and the name of this file' >&2
  exit 4
fi
${tools.length === 1 ? '# shellcheck disable=SC2043 # it is but one\n' : ''}for tool in ${tools.map(([tool]) => tool).join(' ')}; do
  if ! command -v "$tool" >/dev/null; then
    echo "there is no $tool here; on Debian: apt-get install ${packages.join(' ')}" >&2
    exit 4
  fi
done
`
}
