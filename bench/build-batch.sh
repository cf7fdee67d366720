#!/bin/bash
# N containers on one bridge by `ip -batch`: one for the hub, one inside each namespace. Everything that makes the
# floor fast and that `ip` can say is said: one command a link, the peer born in its namespace, one queue, no snooping,
# no IPv6 chatter, the bridge up last. The files are written before the clock starts.
# Prints {"name":"batch","n":100,"ms":572.0}. Needs a network, mount and PID namespace of its own.
set -eu
n=$1
mount -t tmpfs tmpfs /run # /run/netns and the files are this sandbox's own

now_us() { echo "${EPOCHREALTIME/[.,]/}"; }

{
  echo link add br0 address 02:02:0a:00:00:00 type bridge mcast_snooping 0
  for ((i = 1; i <= n; i++)); do
    echo netns add "c$i"
    echo link add "veth$i" up master br0 numtxqueues 1 numrxqueues 1 \
      type veth peer name eth0 netns "c$i" numtxqueues 1 numrxqueues 1
  done
} >/run/hub
for ((i = 1; i <= n; i++)); do
  echo link set lo up
  echo link set eth0 addrgenmode none
  echo addr add "10.0.$(((i + 1) / 256)).$(((i + 1) % 256))/16" dev eth0
  echo link set eth0 up
  echo route add default via 10.0.0.1
done | split --lines=5 --numeric-suffixes=1 --suffix-length=5 - /run/c
printf 'addr add 10.0.0.1/16 dev br0\nlink set br0 up\n' >/run/last

start=$(now_us)
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
ip -batch /run/hub
for ((i = 1; i <= n; i++)); do
  printf -v file '/run/c%05d' "$i"
  # `ip -n` copies the mount namespace each time, and a namespace is a mount: past some 200, another exec is cheaper.
  if [ "$n" -lt 200 ]; then
    ip -n "c$i" -batch "$file"
  else
    nsenter --net="/run/netns/c$i" ip -batch "$file"
  fi
done
ip -batch /run/last
us=$(($(now_us) - start))

ports=$(ip -o link show master br0 up | wc -l)
routes=$(ip -n "c$n" route show default | wc -l)
if [ "$ports" != "$n" ] || [ "$routes" != 1 ]; then
  echo "build-batch: $ports of $n ports are there" >&2
  exit 1
fi
printf '{"name":"batch","n":%d,"ms":%d.%d}\n' "$n" $((us / 1000)) $((us % 1000 / 100))
