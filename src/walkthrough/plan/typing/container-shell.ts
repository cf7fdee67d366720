const OPENS =
  /^\s*(?:sudo\s+)?(?:docker|podman|nerdctl|kubectl|crictl|lxc|minikube|vagrant)\s+(?:(?:exec|run|attach)\s.*(?:-\w*t\w*|--tty|attach)\b.*|ssh\b.*)$/
/** What is behind the options of `exec` or `run`, `--` or not: a container, and what is run in it. */
const RUN = /\s(?:exec|run)\s(?<words>.*)$/
/** Options whose value is a word of its own. */
const VALUED =
  /^(?:-[acehlmnpuvw]|--(?:add-host|cap-add|cap-drop|container|cpus|device|dns|entrypoint|env|env-file|expose|hostname|image|ip|ip6|label|link|mac-address|memory|mount|name|namespace|net|net-alias|network|network-alias|pid|platform|publish|restart|runtime|security-opt|sysctl|user|volume|volumes-from|workdir))$/
/** They ask for what to do next. */
const ASKING = /^(?:\S*\/)?(?:(?:ba|z|da|k|a)?sh|su|login|busybox|redis-cli|mysql|psql|python3?)$/

function behindOptions(words: readonly string[]): readonly string[] {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word.startsWith('-')) at += VALUED.test(word) ? 1 : 0
    else return words.slice(at)
  }
  return []
}

/** Whether what follows a command is typed in a container: it runs no more there than a shell. */
export function opensContainer(text: string): boolean {
  if (!OPENS.test(text)) return false
  const words = RUN.exec(text)?.groups?.['words']?.trim().split(/\s+/)
  if (words === undefined) return true
  const end = words.indexOf('--')
  const [program, ...args] = end < 0 ? behindOptions(words).slice(1) : words.slice(end + 1)
  if (program === undefined) return true
  return ASKING.test(program) && !args.some(word => /^-\w*c$/.test(word) || /^\w/.test(word))
}
