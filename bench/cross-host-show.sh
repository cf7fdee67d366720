#!/bin/sh
# What the kernel has in the network namespace that this runs in: links, addresses, routes, neighbours, FDB, rules, the
# sysctls that matter. Left out is what differs by chance or by habit: indexes, MAC addresses that the kernel made up,
# timers, queues. A link that nobody looked at yet is "unknown" although it has carrier: here that is as good as "up".
set -eu
made_up='[0-9a-f][26ae]:[0-9a-f][0-9a-f]:[0-9a-f:]\{11\}'
{
  ip -d -o link
  ip -o addr
  ip route show table all | sort
  ip neigh
  bridge fdb
  iptables-save
  for name in ip_forward conf/br-blue/route_localnet; do
    [ ! -e "/proc/sys/net/ipv4/$name" ] || echo "$name $(cat "/proc/sys/net/ipv4/$name")"
  done
} | sed -e '/^#/d' -e 's/^[0-9]*: //' -e 's/@if[0-9]*//' -e 's/state UNKNOWN/state UP/' \
  -e 's/link-netns\(id\)* [^ ]*//' -e 's/num[rt]xqueues [0-9]*//g' -e 's/_timer *[0-9.]*//g' \
  -e "/02:42:/!s/$made_up/MAC/"
