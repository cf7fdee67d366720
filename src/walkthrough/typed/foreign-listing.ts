import { likeness } from './command-shape.ts'

const DRAWN =
  /[│┃┆┌┐└┘├┤┬┴┼━╔╗╚╝║═╭╮╰╯▲▼◄►]|─{2}|\+-{2,}|-{2,}\+|<-{2,}|-{2,}>|={3,}>|<={3,}|~{3,}>|[\w)\]]\s+-{3,}\s+[\w([]|^\s*[|/\\](?:\s|$)|\s\|\s*$/u
const MOSTLY = 0.5
/** Corners and long lines: labels stand between them, and fewer will do. */
const BOX = /[─━═]{2}|[┌┐└┘├┤┬┴┼╔╗╚╝╭╮╰╯]/u
const SOME = 0.25

/** Labels of a drawing stand beside one another, and below others: unlike a table's, not flush. */
export function isDrawnByLabels(lines: readonly string[]): boolean {
  const isBeside = lines.every(line => /\S\s{3,}\S/.test(line.slice(0, 1000)))
  return lines.length > 1 && isBeside && new Set(lines.map(line => line.search(/\S/))).size > 1
}

/** What the first lines of a listing give away, or all of them together. */
const LOOKS: readonly (readonly [string, RegExp])[] = [
  [
    'a man page',
    /^(?:[A-Z][\w-]+\(\d\w?\)\s{3,}\S|NAME\s*$[\s\S]{0,2000}?^(?:SYNOPSIS|DESCRIPTION)\s*$)/m,
  ],
  [
    'Go',
    /^(?:package \w+\s*$|func (?:\(\w|\w+\()|type \w+ (?:struct|interface) \{|import \(\s*$|import "[\w./-]+"\s*$)/m,
  ],
  ['C', /^\s*#\s*include\s*[<"]|^(?:static |struct |int |void |SEC\()[\w *"]*\(.*\)?\s*\{?\s*$/m],
  [
    'Python',
    /^(?:def \w+\(.*\).*:\s*$|class \w+.*:\s*$|from [\w.]+ import |import \w+(?:, ?\w+)*\s*$|#!.*python)/m,
  ],
  [
    'JavaScript',
    /^(?:(?:const|let|var) [\w{][^=]*= |import .* from ['"]|export (?:default|const|function) )/m,
  ],
  ['Rust', /^(?:use [\w:]+(?:::\{.*\})?;|(?:pub )?fn \w+\(.*\{)\s*$/m],
  ['a Dockerfile', /^FROM \S+[\s\S]{0,500}?^(?:RUN|CMD|COPY|ENTRYPOINT|WORKDIR|ADD|ENV) /m],
  ['a configuration file (YAML)', /^(?:apiVersion|kind|services|networks?|version|metadata): ?/],
  ['a configuration file', /^\[[A-Z][\w -]{1,30}\]\s*$/m],
  ['a configuration file', /^(?:auto|iface|allow-hotplug) [\w.:-]+/m],
  ['a configuration file', /^(?:#!.*\bnft\b|flush ruleset\s*$|define \w+ = )/m],
  ['XML', /^<\?xml|^<(?:domain|network|configuration)\b/],
  ['a patch', /^(?:diff --git |--- a\/|@@ -\d)/m],
  ['a drawing', /^(?:graph|flowchart) (?:TD|LR|TB|RL|BT)\b|^sequenceDiagram/],
  ['PowerShell', /^PS [A-Z]:\\/m],
  ['the Windows command line', /^[A-Z]:\\[^>\n]{0,80}>/m],
  [
    "a router's own command line",
    /^[\w-]+(?:\(config[\w-]*\))?#\s*(?:show|conf|interface|router|no|end|write|enable|switchport)\b/m,
  ],
  [
    'a dialogue with a program',
    /^(?:mysql|mariadb|sqlite|postgres=?|redis|ftp|mininet|scapy)[^>\n]{0,20}>\s|^>>> |^\(gdb\) /im,
  ],
]
const JSON_TEXT = /^\s*[[{][\s\S]*"[^"\n]*"\s*:[\s\S]*[\]}]\s*$/
const YAML_LINE = /^\s*(?:- )?["']?[A-Za-z][\w./ -]{0,40}["']?:(?: \S.*|\s*)$|^\s*- \S/

/** `ifcfg-eth0`: each line would set a variable in a shell as well. */
const isIfcfg = (lines: readonly string[]): boolean =>
  lines.every(line => /^\s*(?:#|[A-Z][A-Z\d_]*=\S*\s*$|[A-Z][A-Z\d_]*=["'])/.test(line)) &&
  lines.some(line => /^\s*(?:BOOTPROTO|ONBOOT|NM_CONTROLLED)=/.test(line))

/** What a listing seems to be, when that is something which no shell reads; its lines, none blank. */
export function foreignLook(lines: readonly string[]): string | undefined {
  const [first = ''] = lines
  if (isIfcfg(lines)) return 'a configuration file'
  if (likeness(first) >= 2) return undefined
  const drawn = lines.filter(line => DRAWN.test(line.slice(0, 1000))).length
  const isBoxed = lines.some(line => BOX.test(line.slice(0, 1000)))
  if (drawn >= (isBoxed ? SOME : MOSTLY) * lines.length) return 'a drawing'
  const text = lines.slice(0, 200).join('\n').slice(0, 20_000)
  const look = LOOKS.find(([, pattern]) => pattern.test(text))?.[0]
  if (look !== undefined) return look
  if (JSON_TEXT.test(text)) return 'JSON'
  const yaml = lines.filter(line => YAML_LINE.test(line.slice(0, 200)) && !/^\s*\d/.test(line))
  return lines.length > 2 && yaml.length >= 0.8 * lines.length
    ? 'a configuration file (YAML)'
    : undefined
}
