import type { ShellFunction } from './shell-function.ts'

/** What a script counts by, and tells. */
export const counting: Readonly<Record<string, ShellFunction>> = {
  attempt: {
    text: `\
# attempt WORD COMMAND…: where the kernel refuses it, the word is told, and the script goes on.
attempt() { "\${@:2}" 2>/dev/null || echo "$1"; }`,
  },
  refused: {
    text: `\
# refused COMMAND…: it must not be possible.
refused() {
  if "$@" 2>/dev/null; then
    echo "this is possible, and should not be: $*" >&2
    exit 1
  fi
}`,
  },
  ends_with: {
    text: `\
# ends_with CODE COMMAND…: it must end with that exit code.
ends_with() {
  local status=0
  "\${@:2}" || status=$?
  if [ "$status" -ne "$1" ]; then
    echo "this ends with $status, and not with $1: \${*:2}" >&2
    exit 1
  fi
}`,
  },
  section: { text: `section() { printf '\\n%s\\n' "$1"; }` },
  expect: {
    text: `\
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
}`,
    calls: ['now', 'pass', 'fail'],
  },
  expect_not: {
    text: `\
# expect_not TITLE COMMAND…: the command fails, for a third of a second.
expect_not() {
  local title=$1 end said status
  shift
  end=$(($(now) + 300))
  while :; do
    status=0
    said=$("$@" 2>&1) || status=$?
    # From 126 on it did not even run.
    if ((status == 0 || status >= 126)); then
      fail "$title" "$said"
      return
    fi
    (($(now) < end)) || break
    sleep 0.02
  done
  pass "$title"
}`,
    calls: ['now', 'pass', 'fail'],
  },
  expect_not_soon: {
    text: `\
# expect_not_soon TITLE COMMAND…: within five seconds it fails for a third of a second.
expect_not_soon() {
  local title=$1 end quiet status said
  shift
  end=$(($(now) + 5000)) quiet=$(now)
  while (($(now) < quiet + 300)); do
    status=0
    said=$("$@" 2>&1) || status=$?
    if ((status == 0 || status >= 126)); then
      quiet=$(now)
      if ((quiet > end)); then
        fail "$title" "$said"
        return
      fi
    fi
    sleep 0.02
  done
  pass "$title"
}`,
    calls: ['now', 'pass', 'fail'],
  },
  now: { text: 'now() { echo "$((${EPOCHREALTIME/[.,]/} / 1000))"; }' },
  pass: {
    text: `\
pass() {
  passed=$((passed + 1))
  echo "  ok    $1"
}`,
  },
  fail: {
    text: `\
fail() {
  failed=$((failed + 1))
  echo "  FAIL  $1"
  [ -z "$2" ] || printf '          %s\\n' "\${2//$'\\n'/$'\\n'          }"
}`,
  },
  leave_out: {
    text: `\
# leave_out TITLE REASON: what only the scenario itself can look at.
leave_out() {
  left_out=$((left_out + 1))
  echo "  -     $1: left out, $2"
}`,
  },
}
