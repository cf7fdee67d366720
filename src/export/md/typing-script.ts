import { shellWord } from '../../names.ts'
import type { Block, Seen, Typed } from './block.ts'

/** Between what commands say; no command says this. */
const MARK = '\u001e\u001etnet-lab\u001e'

export const commandsOf = (blocks: readonly Block[]): Typed[] =>
  blocks.flatMap(block => (block.kind === 'typed' ? block.commands : []))

/**
 * A script for bash that types commands one after the other in one shell, as a person would, and
 * tells what each printed.
 *
 * @param prelude ends with 4 where something is missing that they need
 */
export function typingScript(commands: readonly Typed[], prelude: string): string {
  const lines = commands.map(
    ({ command, until = 'true' }) => `type_in ${shellWord(command)} ${shellWord(until)}`,
  )
  // In a sandbox, but files are the machine's, and what is typed writes to /tmp.
  return `mount -t tmpfs tmpfs /tmp || exit 4
${prelude}
trap - ERR
set +e
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
out=$(mktemp)
trap 'kill $(jobs -p) 2>/dev/null; rm -f "$out"' EXIT
now() { echo "$((\${EPOCHREALTIME/[.,]/} / 1000))"; }
type_in() {
  local begun code said is_so
  begun=$(now)
  while :; do
    eval "$1" </dev/null >"$out" 2>&1
    code=$?
    said=$(cat "$out")
    is_so=no
    if eval "$2"; then is_so=yes; fi
    if [ "$is_so" = yes ] || (($(now) > begun + 6000)); then break; fi
    sleep 0.2
  done >&3
  printf '${MARK}%s %s %s\\n%s' "$code" "$is_so" "$(($(now) - begun))" "$said"
}
exec 3>/dev/null
${lines.join('\n')}
`
}

/** What the script told, a command each; fewer when it was ended before. */
export function seenIn(stdout: string): Seen[] {
  return stdout
    .split(MARK)
    .slice(1)
    .map(text => {
      const [, code, isSo, waited, output = ''] = /^(\d+) (yes|no) (\d+)\n(.*)$/s.exec(text) ?? []
      return {
        exitCode: Number(code),
        isSo: isSo === 'yes',
        waitedMs: Number(waited),
        output,
      }
    })
}
