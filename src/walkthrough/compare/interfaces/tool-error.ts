/** What a tool complains about, in one word for all its spellings; and of whom, where it says so. */
export interface ToolError {
  what: string
  about?: string
}

/** Errors in all their spellings; the first group is what it is about. */
const ERRORS: readonly [what: string, ...spellings: RegExp[]][] = [
  [
    'there is no such namespace',
    /^Cannot open network namespace "([^"]*)"/i,
    /^Cannot remove namespace file "[^"]*\/([^"/]*)": No such file/i,
    /^(?:setting the network namespace|seting the network namespace) "?([^\s"]*)"? failed/i,
    /^nsenter: cannot open (\S+):? No such file/i,
    /^No such network namespace/i,
  ],
  [
    'it exists already',
    /^RTNETLINK answers: File exists/,
    /^(?:Error: )?ipv[46]: Address already assigned/i,
    /^Error: .*\balready exists?\b/i,
    /^Cannot create namespace file "[^"]*\/([^"/]*)": File exists/i,
    /^device (\S+) already exists; can't create bridge/i,
    /^SIOC\w+: (?:File exists|文件已存在|文件存在|Datei oder Verzeichnis existiert bereits)/i,
  ],
  [
    'there is no such device',
    /^Cannot find device "([^"]*)"/i,
    /^Device "([^"]*)" does not exist/i,
    /^([^\s:]+): error fetching interface information: Device not found/i,
    /^(?:interface|bridge) (\S+) does not exist/i,
    /^([^\s:]+): ERROR while getting interface flags: No such device/i,
    /^(?:RTNETLINK answers|SIOC\w+|Error): (?:No such device|没有那个设备)/i,
    /^Cannot get (?:driver information|device settings): No such device/i,
    /^Error: argument "([^"]*)" is wrong: Device does not exist/i,
    /^RTNETLINK answers: No such file or directory/,
  ],
  ['iproute2 does not know this object', /^Object "([^"]*)" is unknown/i],
  ['iproute2 does not know this word', /^Command "([^"]*)" is unknown/i],
  [
    'the network is unreachable',
    /^(?:RTNETLINK answers|SIOC\w+|connect): (?:Network is unreachable|网络不可达|网络不可及)/i,
    /^Error: (?:ipv[46]: )?Nexthop has invalid gateway/i,
    /^Error: (?:ipv[46]: )?Gateway can ?not be a local address/i,
  ],
  ['there is no route to it', /^(?:RTNETLINK answers|SIOC\w+): No route to host/],
  [
    'there is nothing of the kind',
    /^(?:RTNETLINK answers|SIOC\w+): (?:No such process|没有那个进程)/i,
  ],
  [
    'it has no such address',
    /^(?:RTNETLINK answers|SIOC\w+|Error): (?:.*: )?(?:Cannot assign requested address|Address not found)/i,
  ],
  [
    'it is not allowed',
    /^(?:RTNETLINK answers|SIOC\w+|mount --make-shared \S+ failed|setns|sysctl: .*)\b.*(?:Operation not permitted|Permission denied|不允许的操作)/i,
  ],
  [
    'the kernel does not know this',
    /^RTNETLINK answers: (?:Operation not supported|Not supported|Protocol not supported)/,
    /^Error: Unknown device type/i,
    /^Garbage instead of arguments/i,
  ],
  [
    'it is busy',
    /^(?:RTNETLINK answers|Error): .*(?:Device or resource busy|already|is busy)/i,
    /^device (\S+) is already a member of a bridge/i,
    /^bridge (\S+) is still up; can't delete it/i,
  ],
  ['it is not a bridge', /can't get info Operation not supported/i, /^bridge (\S+) doesn't exist/i],
  [
    'an argument is wrong',
    /^(?:RTNETLINK answers|SIOC\w+): (?:Invalid argument|Numerical result out of range|无效的参数)/i,
  ],
  [
    'there is no such setting',
    /^sysctl: cannot stat \/proc\/sys\/(\S+): No such file/i,
    /^error: "([^"]*)" is an unknown key/i,
    /^cat: (\/proc\/sys\/\S+): (?:No such file or directory|没有那个文件或目录)/i,
  ],
  [
    'there is no such program',
    /^(?:-?\w*sh|sudo|env|\S+\.sh)?:?\s*(?:line \d+: |\d+: )?(\S+): (?:command not found|not found|未找到命令|Kommando nicht gefunden|commande introuvable)/i,
    /^exec of "([^"]*)" failed: No such file or directory/i,
  ],
]
/** Complaints that no list has: other words of the kernel and of the tools. */
const OTHER = /^(?:RTNETLINK answers|Error|SIOC\w+|ioctl\S*|[a-z]+: error):\s*(.*)$/i

/** What a line complains about; undefined: it is no error. */
export function toolError(line: string): ToolError | undefined {
  const text = line.trim()
  for (const [what, ...spellings] of ERRORS) {
    for (const spelling of spellings) {
      const found = spelling.exec(text)
      if (found !== null) return found[1] === undefined ? { what } : { what, about: found[1] }
    }
  }
  const other = OTHER.exec(text)?.[1]
  return other === undefined ? undefined : { what: other.replace(/[.\s]+$/, '') }
}

/** Whether they complain about the same, as far as both say about whom. */
export const isSameError = (a: ToolError, b: ToolError): boolean =>
  a.what === b.what && (a.about === undefined || b.about === undefined || a.about === b.about)
