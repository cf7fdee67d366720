#!/usr/bin/env bash
# two namespaces talk through one veth pair
#
# ns1 ─ veth0 ══════════════ veth1 ─ ns2
#       172.18.0.2/24        172.18.0.3/24
#
# Written by tnet-lab 0.0.0 from scenarios/veth-pair.ts, to be run as root on a throw-away
# machine. All that it does, it does in network namespaces, one for each host and container, which
# it makes, and removes when it ends, however that is. Exit codes: 0 everything passed, 1 it did
# not, 4 it cannot be done here.
#
# Needs bash 5, iproute2, iputils-ping.
set -Eeuo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

if [ "$(id -u)" -ne 0 ]; then
  echo 'this needs root: sudo bash, and the name of this file' >&2
  exit 4
fi
for tool in ip ping; do
  if ! command -v "$tool" >/dev/null; then
    echo "there is no $tool here; on Debian: apt-get install iproute2 iputils-ping" >&2
    exit 4
  fi
done

made=()
declare -A started=()
passed=0 failed=0 left_out=0

# Whatever ends this script ends all that it made, and nothing else, and bash tells of none of it.
clean_up() {
  local each
  for each in "${started[@]}"; do kill "$each" 2>/dev/null || true; done
  for each in "${made[@]}"; do
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
for setting in ipv4/ip_forward=0 ipv4/conf/{all,default}/rp_filter=0 ipv4/icmp_ratelimit=0 \
  ipv6/conf/{all,default}/disable_ipv6=0 ipv6/conf/all/forwarding=0 ipv6/icmp/ratelimit=0 \
  ipv6/conf/default/addr_gen_mode=1 bridge/bridge-nf-call-ip{,6}tables=1; do
  [ ! -e "${setting%=*}" ] || echo "${setting#*=}" >"${setting%=*}"
done
BEGIN

section() { printf '\n%s\n' "$1"; }

# expect TITLE COMMAND…: the command succeeds, at once or within five seconds.
expect() {
  local title=$1 end said
  shift
  end=$(($(now) + 5000))
  until said=$("$@" 2>&1); do
    if (($(now) > end)); then
      fail "$title" "$said"
      return
    fi
    sleep 0.1
  done
  pass "$title"
}

now() { echo "$((${EPOCHREALTIME/[.,]/} / 1000))"; }

pass() {
  passed=$((passed + 1))
  echo "  ok    $1"
}

fail() {
  failed=$((failed + 1))
  echo "  FAIL  $1"
  [ -z "$2" ] || printf '          %s\n' "${2//$'\n'/$'\n'          }"
}

namespace host
ip -n host link set lo up
namespace ns1
ip -n ns1 link set lo up
namespace ns2
ip -n ns2 link set lo up
ip -n ns1 link add veth0 type veth peer name veth1 netns ns2
ip -n ns1 addr add 172.18.0.2/24 brd + dev veth0
ip -n ns1 link set veth0 up
ip -n ns2 addr add 172.18.0.3/24 brd + dev veth1
ip -n ns2 link set veth1 up

section 'what goes in at one end comes out at the other'
ip -n ns1 route add default dev veth0
ip -n ns2 route add default dev veth1
expect 'ns1 pings ns2 (172.18.0.3)' \
  ip netns exec ns1 ping -n -c 1 -W 1 172.18.0.3

total="$passed passed, $failed failed"
[ "$left_out" -eq 0 ] || total="$total, $left_out left out"
echo
echo "$total"
trap - ERR
[ "$failed" -eq 0 ]
