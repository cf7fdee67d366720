import { simpleCommands } from '../compare/simple-command.ts'
import type { SimpleCommand } from '../compare/comparison.ts'
import { natureOf } from '../plan/steps/nature.ts'
import { ipWords } from '../plan/typing/ip-words.ts'
import type { PlannedStep } from '../plan/walk-plan.ts'
import { Identifiers } from './code/identifiers.ts'
import { comment, type Statement } from './code/statement.ts'
import type { NodeSymbol } from './code/symbols.ts'
import { building } from './commands/building.ts'
import { awaited, spawned, spawnedByShell } from './commands/programs.ts'
import { writtenSysctl } from './commands/sysctl.ts'
import { curl, ping } from './commands/traffic.ts'
import { listed } from './listings/listing.ts'
import { isInBackground } from '../typed/started-jobs.ts'
import { byAddress } from './by-address.ts'
import { changesMachineFiles } from './machine-files.ts'
import { piecesOf, type ShellMemory } from './pieces.ts'
import {
  INSIDE,
  insideOf,
  isPlain,
  raw,
  rawAnyhow,
  rawFailing,
  shownOnly,
  withoutSudo,
  type RawCommand,
} from './raw.ts'
import type { World } from './world.ts'

/** A command of the document, and where its reader is when they type it. */
export interface Typed {
  step: PlannedStep
  shown: readonly string[]
  memory: ShellMemory
  node: NodeSymbol
  /** A namespace that no container stands for, which the shell is in. */
  inside?: string
  find: (namespace: string) => NodeSymbol | undefined
}

/** They end or wait for what the lab ends and waits for by itself. */
const NOTHING_TO_DO =
  /^(?:kill|pkill|killall|fg|bg|wait|jobs|disown|sleep|clear|history|exit|true|:)$/
/** What belongs to the machine, and no lab has. */
const OF_MACHINE = /^(?:modprobe|insmod|rmmod|systemctl|service|apt|apt-get|yum|dnf|apk)$/
/** What it runs is somewhere else, and its words do not say where. */
const ELSEWHERE = /(?:^|[\s;&|])(?:nsenter|unshare|chroot|docker|podman|ssh|xargs|env|bash|sh)\s/

/** Whether a line is one list of `&&`: nothing of it is over before the next line is typed. */
const isChain = (text: string) => !/[;\n]/.test(text.replace(/'[^']*'|"[^"]*"/g, ''))

const withText = (step: PlannedStep, text: string): PlannedStep => ({
  ...step,
  command: { ...step.command, text },
})

/** Puts commands of a document into the words of the lab. */
export class StepScript {
  readonly #world: World
  readonly #names: Identifiers

  constructor(world: World) {
    this.#world = world
    this.#names = new Identifiers(world.names)
  }

  command(typed: Typed): Statement[] {
    const { step, shown } = typed
    const pieces = piecesOf(step.command.text)
    const inBackground = isInBackground(step.command.text)
    // `cd site && python3 -m http.server &` is in the background as a whole.
    if (inBackground && (pieces.length === 1 || isChain(step.command.text))) {
      return this.#background(typed)
    }
    let isShown = shown.length === 0
    const statements = pieces.flatMap((piece, n) => {
      if (inBackground && n === pieces.length - 1) {
        isShown = true
        return this.#background({ ...typed, step: withText(step, piece) })
      }
      const made = this.#piece(piece, typed, pieces.length === 1)
      isShown ||= made.isShown
      return made.statements
    })
    return isShown ? statements : [...statements, ...shownOnly(shown)]
  }

  #background(typed: Typed): Statement[] {
    const { node, find, memory, inside, shown } = typed
    const text = memory.expanded(
      withoutSudo(
        typed.step.command.text
          .replace(/&\s*$/, '')
          .replace(/^(\s*(?:sudo\s+)?)nohup\s+/, '$1')
          .trim(),
      ),
    )
    // `cd site && python3 -m http.server`: a program, and where it is to run.
    const [, folder = '', program = text] = /^((?:cd\s+[^\s;&|]+\s*&&\s*)+)(.*)$/s.exec(text) ?? []
    const [simple, ...more] = simpleCommands(program)
    const place = simple?.namespace === undefined ? node : find(simple.namespace)
    if (simple === undefined || place === undefined || more.length > 0 || inside !== undefined) {
      const typedText = memory.beforeProgram(text) + text
      const where = inside ?? simple?.namespace
      const ready = simple === undefined || more.length > 0 ? [] : awaited(simple, node, where)
      return [spawnedByShell(insideOf(typedText, inside), node), ...ready, ...shownOnly(shown)]
    }
    const before = memory.beforeProgram(text) + folder
    const isElsewhere = simple.namespace === undefined && ELSEWHERE.test(` ${program}`)
    const started =
      isPlain(program) && before === '' && !isElsewhere
        ? spawned(simple, place)
        : spawnedByShell(before + program.replace(INSIDE, ''), place, simple)
    return [started, ...shownOnly(shown)]
  }

  /** Whether somebody is reached, as far as the lab can expect it. */
  reach(simple: SimpleCommand, from: NodeSymbol, { step, shown }: Typed): Statement[] | undefined {
    if (step.expects === 'any') return undefined
    const reaches = step.expects === 'success'
    const to = {
      nodeAt: (address: string) => {
        const node = this.#world.nodeAt(address)
        return node === from ? undefined : node
      },
      outside: (word: string) => this.#world.outsideAt(word)?.variable,
      statusOf: (word: string) => this.#world.outsideAt(word)?.status,
    }
    return ping(simple, from, { to, reaches }) ?? curl(simple, from, { to, reaches, shown })
  }

  #piece(
    given: string,
    typed: Typed,
    isAll: boolean,
  ): { statements: Statement[]; isShown: boolean } {
    const { step, memory, shown, find, inside } = typed
    if (memory.takes(given)) return { statements: [], isShown: false }
    const text = memory.expanded(given)
    const isOne = isPlain(withoutSudo(text)) && !ELSEWHERE.test(` ${withoutSudo(text)}`)
    const [simple, ...more] = isOne ? simpleCommands(text) : []
    const node = simple?.namespace === undefined ? typed.node : find(simple.namespace)
    if (simple !== undefined && more.length === 0 && node !== undefined && inside === undefined) {
      const known = this.#known(simple, node, typed)
      if (known !== undefined) return { statements: known, isShown: false }
      const reached = this.reach(simple, node, typed)
      if (reached !== undefined) return { statements: reached, isShown: true }
      const listing = shown.length > 0 && isAll ? listed(simple, node, shown) : undefined
      if (listing !== undefined && listing.length > 0) return { statements: listing, isShown: true }
      if (step.expects !== 'failure' || !isAll) {
        const built = building(simple, { node, find })
        // `sysctl -w` says what it did.
        if (built !== undefined) return { statements: built, isShown: simple.program === 'sysctl' }
      }
    } else if (inside === undefined) {
      const written = writtenSysctl(text, typed.node)
      if (written !== undefined) return { statements: written, isShown: false }
    }
    return { statements: this.#raw(given, typed, isAll), isShown: false }
  }

  /** What the lab has done, or does, by itself. */
  #known(simple: SimpleCommand, node: NodeSymbol, { step, find }: Typed): Statement[] | undefined {
    const words = ipWords(simple)
    const [name = ''] = words?.rest ?? []
    const { line, text } = step.command
    if (words?.object === 'netns' && find(name) !== undefined) {
      if (words.action === 'add') return []
      if (words.action === 'delete') {
        return [comment(`line ${line}, left to the lab, which ends its containers: ${text}`)]
      }
    }
    if (
      words?.object === 'link' &&
      words.action === 'set' &&
      words.rest.includes('lo') &&
      words.rest.includes('up')
    ) {
      return node === find(name) ? undefined : [comment(`line ${line}, so already: ${text}`)]
    }
    if (NOTHING_TO_DO.test(simple.program)) {
      return [comment(`line ${line}, left to the lab: ${text}`)]
    }
    if (OF_MACHINE.test(simple.program)) {
      return [comment(`line ${line}, a matter of the machine: ${text}`)]
    }
    return undefined
  }

  #raw(given: string, typed: Typed, isAll: boolean): Statement[] {
    const { step, memory, node, inside, find } = typed
    const command: RawCommand = {
      text: memory.before(given) + byAddress(given, this.#world.outside),
      node,
      find,
      ...(inside === undefined ? {} : { inside }),
    }
    if (changesMachineFiles(given)) {
      const [first = '', ...rest] = given.split('\n')
      const words = `${first}${rest.length === 0 ? '' : ' …'}`
      return [
        comment(
          `line ${step.command.line}, left out: a scenario has the machine's files: ${words}`,
        ),
      ]
    }
    if (step.expects === 'failure' && isAll) {
      return rawFailing(command, this.#names.name(`line ${step.command.line}`))
    }
    const simple = simpleCommands(given)
    const isLook = simple.length > 0 && simple.every(one => natureOf(one) === 'looking')
    // `cat: /etc/none: No such file or directory`
    const isRefused = simple.some(({ program }) =>
      typed.shown.some(line => line.trim().startsWith(`${program}: `)),
    )
    const isAnyhow = isLook ? isRefused : step.expects === 'any'
    return [isAnyhow ? rawAnyhow(command) : raw(command)]
  }
}
