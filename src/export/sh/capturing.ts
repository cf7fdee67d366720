import type { ShellFunction } from './shell-function.ts'

const capturing: Readonly<Record<string, ShellFunction>> = {
  capture: {
    text: `\
# capture NAME NODE LINK: what the link sees from now on goes into a file of that name.
capture() {
  local kind=()
  [ "$3" != any ] || kind=(-y LINUX_SLL)
  ip netns exec "$2" tcpdump -Z root --immediate-mode -U -nn -i "$3" "\${kind[@]}" \\
    -w "$work/$1" >/dev/null 2>"$work/$1.log" &
  started[$1]=$!
  await test -s "$work/$1"
}`,
    calls: ['await'],
    tools: { tcpdump: 'tcpdump' },
  },
  stop_capture: {
    text: `\
stop_capture() {
  kill "\${started[$1]}"
  wait "\${started[$1]}" 2>/dev/null || true
  unset "started[$1]"
}`,
  },
  sees: {
    text: `\
# sees RANGE NAME TEST: so many of the captured packets are like that: 1- is one or more, 2 just two.
# TEST is -F and a part of what tcpdump prints, -P and a pattern for that, or a filter of tcpdump's.
sees() {
  local range=$1 name=$2 number
  shift 2
  case $1 in
    -F | -P) number=$(packets "$name" | grep -zc "$1" -e "$2") || true ;;
    *) number=$(packets "$name" "$1" | grep -zc .) || true ;;
  esac
  echo "$number packets; there are:"
  packets "$name" | tr -d '\\0'
  ((number >= \${range%%-*})) && { [ -z "\${range##*-}" ] || ((number <= \${range##*-})); }
}`,
    calls: ['packets'],
  },
}

const packets = (options: string, cut: string): ShellFunction => ({
  text: `\
# packets NAME [FILTER]: each as tcpdump prints it, without the time, and a NUL behind it.
packets() {
  tcpdump -Z root -nn -tt -S${options} -r "$work/$1" "\${@:2}" 2>/dev/null |
    sed -E ${cut} |
    tail -c +2 | sed -z 's/\\n$//'
}`,
})

const TIME = String.raw`-e 's/^[0-9]+\.[0-9]{6} /\x00/'`
/** With -e, which shows tags, each line begins with the Ethernet header. */
const TAGGED = String.raw`-e 's/^([0-9]+\.[0-9]{6} )[0-9a-f:]{17} > [0-9a-f:]{17}, (ethertype 802\.1Q[^,]*, length [0-9]+: )?((vlan [0-9]+, p [0-9]+, )?)ethertype ([A-Za-z0-9]+) \(0x[0-9a-f]+\)(, length [0-9]+: |, )/\1\3\5 /' -e 's/^([0-9.]+ (vlan [0-9]+, p [0-9]+, )?)IPv4 /\1IP /' -e 's/^([0-9.]+ (vlan [0-9]+, p [0-9]+, )?)IPv6 /\1IP6 /' -e 's/^([0-9.]+ (vlan [0-9]+, p [0-9]+, )?)ARP /\1ARP, /' `

/** How this scenario's captures are to be read. */
export interface Reading {
  readsVxlan: boolean
  readsTags: boolean
}

/** Captures, by tcpdump. */
export function capturingBy({ readsVxlan, readsTags }: Reading) {
  const options = (readsVxlan ? ' -T vxlan' : '') + (readsTags ? ' -e' : '')
  return { ...capturing, packets: packets(options, (readsTags ? TAGGED : '') + TIME) }
}
