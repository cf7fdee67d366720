import { after } from '../shell-line.ts'
import type { World } from '../world.ts'
import { literally, type Judged, type Question } from './judged.ts'

const typed = ({ command: { node, words } }: Question, ...rest: string[]) => {
  const [tool = '', ...own] = words
  return [tool, '-n', node, ...(rest.length > 0 ? rest : own)]
}

/** A MAC that the kernel made up is another one each time: whoever has it is asked. */
const macPattern = (world: World, mac: string) => {
  const link = world.linkWith(mac)
  return link === undefined ? mac : `{mac ${link.node} ${link.link}}`
}

function factPattern(fact: string, world: World): string | undefined {
  const isNot = fact.startsWith('not ')
  const [key = '', value = ''] = (isNot ? fact.slice(4) : fact).split(' ')
  const sign = isNot ? '!' : ''
  if (key === 'up') return `${sign}<([^>]*,)?UP[,>]`
  if (key === 'carrier') return `${sign}<([^>]*,)?LOWER_UP[,>]`
  if (key === 'mtu') return ` mtu ${value} `
  if (key === 'master') return value === '' ? '! master ' : ` master ${literally(value)} `
  if (key === 'mac') return `link/[a-z0-9]+ ${macPattern(world, value)} `
  if (key === 'kind') return value === '' ? 'link/loopback' : `^ +${literally(value)} `
  return undefined
}

export function link(question: Question): Judged {
  const { command, wanted, world } = question
  const name = command.words.at(-1) ?? ''
  const facts = wanted === name ? [] : wanted.slice(`${name}: `.length).split(', ')
  const patterns = facts.map(fact => factPattern(fact, world))
  if (!patterns.every(pattern => pattern !== undefined)) {
    return { reason: `ip link does not show "${wanted}"` }
  }
  return { test: { kind: 'shows', command: typed(question), patterns } }
}

export function address(question: Question): Judged {
  const [prefix = ''] = question.wanted.split(' ')
  const pattern = `inet6? ${literally(prefix)}${prefix.includes('/') ? '( |$)' : '/'}`
  return { test: { kind: 'shows', command: typed(question), patterns: [pattern] } }
}

const NEIGHBOUR =
  /^(?:.*\(([0-9a-f.:]+)\)|([0-9a-f.:]+))(?: at ([0-9a-f:]{17}))?(?: on (\S+?))?(?:, ([a-z ]+))?$/s

export function neighbour(question: Question): Judged {
  const [, named, plain, mac, dev, states] = NEIGHBOUR.exec(question.wanted) ?? []
  const who = named ?? plain
  if (who === undefined) return { reason: `ip neigh does not show "${question.wanted}"` }
  const isKnown = mac !== undefined || states === undefined
  const parts = [
    `^${literally(who)} `,
    dev === undefined ? '' : `dev ${literally(dev)} `,
    isKnown ? `(.* )?lladdr ${mac === undefined ? '' : `${macPattern(question.world, mac)} `}` : '',
    states === undefined ? '' : `(.* )?(${states.toUpperCase().replaceAll(' OR ', '|')})`,
  ]
  const pattern = parts.join('')
  return { test: { kind: 'shows', command: typed(question), patterns: [pattern] } }
}

export function route(question: Question): Judged {
  const words = question.wanted.split(' ')
  const isTyped = !/^(default|[\d.]+|[\da-f:]+)(\/\d+)?$/i.test(words[0] ?? '')
  const to = words.slice(0, isTyped ? 2 : 1).join(' ')
  const parts = ['via', 'dev', 'src', 'metric'].flatMap(key => {
    const value = after(words, key)
    return value === undefined ? [] : [`(.* )?${key} ${literally(value)} `]
  })
  // What `ip route` prints ends with a space, but not everywhere.
  const rest = parts.join('').replace(/ $/, '( |$)')
  const prefix = literally(to.replace(/\/(32|128)$/, ''))
  const pattern = `^${prefix} ${rest}`.replace(/ $/, '( |$)')
  return { test: { kind: 'shows', command: typed(question), patterns: [pattern] } }
}
