/** Devices that kernel modules make in every namespace, when they are loaded. */
const BY_MODULE = new Set(
  'sit0 tunl0 gre0 gretap0 erspan0 ip_vti0 ip6tnl0 ip6_vti0 ip6gre0 bond0 dummy0 ifb0 ifb1 teql0'.split(
    ' ',
  ),
)
const BY_OTHERS = /^(?:docker0|lxcbr0|lxdbr0|virbr\d+(?:-nic)?|br-[\da-f]{12}|cni0|wlan\d+|wlp\w+)$/

/** Why a document may show a device or a bridge that is not here. */
export function whyElsewhere(name: string): string | undefined {
  if (BY_MODULE.has(name))
    return `a kernel module makes ${name} in every namespace, where it is loaded`
  if (BY_OTHERS.test(name)) return `${name} is a device of the machine that the author worked on`
  return undefined
}
