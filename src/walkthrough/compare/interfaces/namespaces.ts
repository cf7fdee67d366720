import type { Comparer } from '../comparison.ts'
import { ipCommand } from './ip-command.ts'
import { jsonObjects, textIn } from './json-devices.ts'
import { listingComparer, readLines } from './listing-comparer.ts'
import type { Thing } from './thing.ts'

const createNamespace = (name: string): Thing => ({ name: `namespace ${name}`, facts: new Map() })

/** `ip netns`, `ip netns list`, with or without ids; `ls /run/netns`. */
export const compareNamespaces: Comparer = listingComparer({
  isOf: command => {
    const { program, args } = command
    if (program === 'ls') {
      const [folder, ...more] = args.filter(word => !word.startsWith('-'))
      const isLong = args.some(word => /^-\w*l/.test(word))
      return more.length === 0 && !isLong && /^(?:\/var)?\/run\/netns\/?$/.test(folder ?? '')
    }
    const [, verb = 'list', ...rest] = args.filter(word => !word.startsWith('-'))
    const isList = rest.length === 0 && /^(?:l|li|lis|list|ls|lst|s|sh|sho|show)$/.test(verb)
    return program === 'ip' && ipCommand(command)?.object === 'netns' && isList
  },
  read: (lines, { program }) => {
    const json = jsonObjects(lines)
    if (json !== undefined) {
      return {
        things: json.map(object => createNamespace(textIn(object, 'name') ?? '')),
        unread: [],
      }
    }
    const rows = program === 'ls' ? lines.flatMap(line => line.split(/\s+/)) : lines
    return readLines<Thing>(rows, line => {
      // Kernels that know no ids of namespaces say so for each.
      if (/^(?:RTNETLINK answers|Error):/.test(line)) return 'nothing'
      const name = /^\s*(\S+)(?:\s+\(id:\s*\d+\))?\s*$/.exec(line)?.[1]
      return name === undefined ? undefined : createNamespace(name)
    })
  },
})
