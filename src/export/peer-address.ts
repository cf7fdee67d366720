/** Who asks, as everybody writes it: socat tells all 32 digits of an address of IPv6. */
export const PEER_ADDRESS = `\
peer=\${SOCAT_PEERADDR//[][]/} short=
case $peer in
  *:ffff:????:????) printf -v short '%d.' "0x\${peer:30:2}" "0x\${peer:32:2}" "0x\${peer:35:2}" "0x\${peer:37:2}" ;;
  *:*) read -r short _ < <(getent ahostsv6 "$peer") ;;
esac
short=\${short%.} peer=\${short:-$peer}`
