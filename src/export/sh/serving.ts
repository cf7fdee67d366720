import { PEER_ADDRESS } from '../peer-address.ts'
import type { ShellFunction } from './shell-function.ts'

/** Web servers. */
export const serving: Readonly<Record<string, ShellFunction>> = {
  serve: {
    text: `\
# serve NODE PORT TEXT [STATUS]: a web server; PEER in TEXT is the address that it sees.
serve() {
  local on=TCP-LISTEN:$2
  # One socket for both families, where there are both.
  [ ! -e /proc/net/if_inet6 ] || on=TCP6-LISTEN:$2,ipv6only=0
  TEXT=$3 STATUS=\${4-200} ip netns exec "$1" \\
    socat "$on,reuseaddr,fork" "EXEC:bash $work/answer" 2>/dev/null &
  started[$1:$2]=$!
  await listens "$1" "$2"
}
listens() { [ -n "$(ip netns exec "$1" ss -Hltn "sport = :$2")" ]; }
cat >"$work/answer" <<'ANSWER'
while IFS= read -r line && [ "$line" != $'\\r' ]; do :; done
${PEER_ADDRESS}
text=\${TEXT//PEER/$peer}
printf 'HTTP/1.0 %s -\\r\\nContent-Length: %s\\r\\n\\r\\n%s' "$STATUS" "$(printf %s "$text" | wc -c)" "$text"
ANSWER`,
    calls: ['await'],
    tools: { socat: 'socat' },
  },
  stop_serving: {
    text: `\
stop_serving() {
  kill "\${started[$1:$2]}"
  wait "\${started[$1:$2]}" 2>/dev/null || true
  unset "started[$1:$2]"
}`,
  },
  await: {
    text: `\
# await COMMAND…: until it succeeds.
await() {
  local end=$(($(now) + 10000))
  until "$@" 2>/dev/null; do
    if (($(now) > end)); then
      echo "this does not come true: $*" >&2
      exit 1
    fi
    sleep 0.02
  done
}`,
    calls: ['now'],
  },
}
