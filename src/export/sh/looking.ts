import type { ShellFunction } from './shell-function.ts'

/** What a script looks at things by. */
export const looking: Readonly<Record<string, ShellFunction>> = {
  prints: {
    text: `\
# prints TEXT COMMAND…: that is all that it prints.
prints() {
  local wanted=$1 said
  shift
  said=$("$@") || return
  echo "$said"
  [ "$said" = "$wanted" ]
}`,
  },
  matches: {
    text: `\
# matches PATTERN COMMAND…: what it prints matches, as grep -P says.
matches() {
  local pattern=$1 said
  shift
  said=$("$@") || return
  echo "$said"
  grep -Pzq -e "$pattern" < <(printf %s "$said")
}`,
  },
  shows: {
    text: `\
# shows PATTERN… -- COMMAND…: each pattern (grep -E) is in what it prints; one after ! is not.
shows() {
  local patterns=() each said
  while [ "$1" != -- ]; do
    patterns+=("$1")
    shift
  done
  shift
  said=$("$@") || return
  echo "$said"
  for each in "\${patterns[@]}"; do
    if [ "\${each:0:1}" = ! ]; then
      ! grep -Eq -e "\${each:1}" <<<"$said" || return
    else
      grep -Eq -e "$each" <<<"$said" || return
    fi
  done
}`,
  },
  mac_of: {
    text: `mac_of() { ip netns exec "$1" cat "/sys/class/net/$2/address"; }`,
  },
  connection: {
    text: `\
# connection OUTCOME NODE ADDRESS PORT [SECONDS]: that is how a TCP connection ends.
connection() {
  local said outcome status=0
  said=$(ip netns exec "$2" timeout "\${5-1}" bash -c ": </dev/tcp/$3/$4" 2>&1) || status=$?
  case $status:$said in
    0:*) outcome=connected ;;
    124:* | *'timed out'*) outcome='timed out' ;;
    *refused*) outcome=refused ;;
    *'No route to host'*) outcome='host unreachable' ;;
    *'Network is unreachable'*) outcome='no route' ;;
    *) outcome=$said ;;
  esac
  echo "$outcome"
  [ "$outcome" = "$1" ]
}`,
    tools: { timeout: 'coreutils' },
  },
  pairs: {
    text: `\
# pairs NUMBER NODE=ADDRESS…: of all ordered pairs, so many ping each other.
pairs() {
  local wanted=$1 from to reached
  shift
  reached=$(
    for from in "$@"; do
      for to in "$@"; do
        [ "$from" = "$to" ] || {
          ip netns exec "\${from%%=*}" ping -n -c 1 -W 0.5 "\${to#*=}" >/dev/null 2>&1 &&
            echo "\${from%%=*} pings \${to%%=*}"
        } &
      done
    done
    wait
  )
  echo "$reached"
  [ "$(grep -c pings <<<"$reached")" -eq "$wanted" ]
}`,
    tools: { ping: 'iputils-ping' },
  },
}
