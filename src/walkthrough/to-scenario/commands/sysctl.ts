import { stringLiteral } from '../code/literal.ts'
import { code, type Statement } from '../code/statement.ts'
import type { NodeSymbol } from '../code/symbols.ts'
import type { Translation } from './place.ts'

const KEY = /^net\.[\w.-]+$/

function sysctlSet(node: NodeSymbol, key: string, value: string): Statement | undefined {
  if (!KEY.test(key)) return undefined
  const literal = /^(?:0|[1-9]\d{0,8})$/.test(value) ? value : stringLiteral(value)
  return code`await ${node}.sysctl(${stringLiteral(key)}, ${literal})`
}

/** `sysctl -w net.ipv4.ip_forward=1`. */
export const sysctl: Translation = ({ program, args }, { node }) => {
  const settings = args.filter(arg => !/^-[wq]+$/.test(arg))
  if (program !== 'sysctl' || settings.length === 0) return undefined
  const statements = settings.map(setting => {
    const [key = '', ...value] = setting.split('=')
    return value.length === 0 ? undefined : sysctlSet(node, key, value.join('='))
  })
  return statements.every(statement => statement !== undefined) ? statements : undefined
}

const WRITES = [
  /^echo\s+(?:-n\s+)?["']?([\w.-]+)["']?\s*>\s*\/proc\/sys\/([\w./-]+)$/,
  /^echo\s+(?:-n\s+)?["']?([\w.-]+)["']?\s*\|\s*(?:sudo\s+)?tee\s+\/proc\/sys\/([\w./-]+)(?:\s*>\s*\/dev\/null)?$/,
  /^(?:ba)?sh\s+-c\s+["']echo\s+([\w.-]+)\s*>\s*\/proc\/sys\/([\w./-]+)["']$/,
]

/** `echo 1 > /proc/sys/net/ipv4/ip_forward`, in any of the ways in which root writes there. */
export function writtenSysctl(text: string, node: NodeSymbol): Statement[] | undefined {
  for (const pattern of WRITES) {
    const [, value, file] = pattern.exec(text.replace(/^sudo\s+/, '')) ?? []
    // A dot in a file's name would be another file's.
    if (value === undefined || file === undefined || file.includes('.')) continue
    const statement = sysctlSet(node, file.replaceAll('/', '.'), value)
    if (statement !== undefined) return [statement]
  }
  return undefined
}
