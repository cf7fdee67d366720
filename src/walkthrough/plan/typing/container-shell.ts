import type { SimpleCommand } from '../../compare/comparison.ts'

const ENGINES = /^(?:docker|podman|nerdctl|kubectl|crictl|lxc)$/
/** They ask for what to do next. */
const ASKING = /^(?:\S*\/)?(?:(?:ba|z|da|k|a)?sh|su|login|busybox|redis-cli|mysql|psql|python3?)$/
/** Of `run` and `exec`: every other option that is a word of its own takes the next. */
const WITHOUT_WORD =
  /^--(?:rm|init|privileged|read-only|interactive|tty|detach|stdin|publish-all|quiet|no-healthcheck)$|=|^-[itdPqT]+$/

/** The words of an engine's `run` or `exec` until those of what is run in the container. */
function optionsOf(args: readonly string[]): { options: string[]; rest: string[] } {
  const options: string[] = []
  let i = 0
  for (; i < args.length && args[i]?.startsWith('-') === true; i++) {
    const word = args[i] ?? ''
    if (word === '--') continue
    options.push(word)
    if (!WITHOUT_WORD.test(word)) i++
  }
  return { options, rest: args.slice(i) }
}

const hasFlag = (options: readonly string[], letter: string, name: string): boolean =>
  options.some(word => word === name || (/^-[a-zA-Z]+$/.test(word) && word.includes(letter)))

/**
 * Whether a command opens a shell in a container, that what follows is typed in. `docker run -d` gives
 * the prompt back at once, and `docker exec -it web ip addr` when that is over.
 */
export function opensContainer({ program, args }: SimpleCommand): boolean {
  if (/^(?:minikube|vagrant)$/.test(program)) return args[0] === 'ssh'
  if (!ENGINES.test(program)) return false
  const at = args.findIndex(word => /^(?:run|exec|attach)$/.test(word))
  const verb = args[at]
  if (verb === undefined) return false
  if (verb === 'attach') return true
  const { options, rest } = optionsOf(args.slice(at + 1))
  if (hasFlag(options, 'd', '--detach')) return false
  // kubectl takes options behind the name of the pod as well.
  const [, ...command] = rest
  const all = [...options, ...command]
  if (!hasFlag(all, 't', '--tty')) return false
  if (command.every(word => word.startsWith('-'))) return verb === 'run'
  const [started, ...words] = command.slice(command.findIndex(word => !word.startsWith('-')))
  const hasOwnTask = words.some(word => /^(?:-\w*c$|\w)/.test(word))
  return ASKING.test(started ?? '') && !hasOwnTask
}
