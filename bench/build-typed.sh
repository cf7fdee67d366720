#!/bin/bash
# N containers on one bridge, one `ip` command after the other, in the order in which walkthroughs type them.
# Prints {"name":"typed","n":100,"ms":5312.0}. Needs a network, mount and PID namespace of its own.
set -eu
n=$1
mount -t tmpfs tmpfs /run # /run/netns is this sandbox's own

now_us() { echo "${EPOCHREALTIME/[.,]/}"; }

start=$(now_us)
ip link add br0 type bridge
ip addr add 10.0.0.1/16 dev br0
ip link set br0 up
for ((i = 1; i <= n; i++)); do
  address=10.0.$(((i + 1) / 256)).$(((i + 1) % 256))
  ip netns add "c$i"
  ip link add "veth$i" type veth peer name "peer$i"
  ip link set "peer$i" netns "c$i"
  ip netns exec "c$i" ip link set "peer$i" name eth0
  ip link set "veth$i" master br0
  ip link set "veth$i" up
  ip netns exec "c$i" ip link set lo up
  ip netns exec "c$i" ip addr add "$address/16" dev eth0
  ip netns exec "c$i" ip link set eth0 up
  ip netns exec "c$i" ip route add default via 10.0.0.1
done
us=$(($(now_us) - start))

ports=$(ip -o link show master br0 up | wc -l)
routes=$(ip -n "c$n" route show default | wc -l)
if [ "$ports" != "$n" ] || [ "$routes" != 1 ]; then
  echo "build-typed: $ports of $n ports are there" >&2
  exit 1
fi
printf '{"name":"typed","n":%d,"ms":%d.%d}\n' "$n" $((us / 1000)) $((us % 1000 / 100))
