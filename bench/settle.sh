#!/bin/bash
# Returns when the kernel has destroyed every namespace that was given up before: they are destroyed one after the
# other, behind the back of who used them, and hold up whoever builds meanwhile. So: give up one more, with one end of
# a link in it, and wait until the other end is gone. Twice, as the netlink sockets of the first ones may have held them
# until an RCU grace period that the first wait sees through.
# Needs a network, mount and PID namespace of its own.
set -eu
mount -t tmpfs tmpfs /run
for round in 1 2; do
  ip netns add gone
  ip link add "near$round" type veth peer name far netns gone
  ip netns del gone
  until [ ! -e "/proc/sys/net/ipv4/conf/near$round" ]; do sleep 0.01; done
done
