import { isOtherScript } from './typed/sentence.ts'

/** `HOST1_ADDRESS`, `PREFIXLEN`, `MACADDRESS`: in capitals, and called by what is to stand there. */
const IN_CAPITALS = /^[A-Z][A-Z\d_-]+$/
const CALLED =
  /ADDR|(?<![A-Z])IP(?![A-Z])|PREFIX|NAME|DEV|IFACE|INTERFACE|MASK|GATEWAY|(?<![A-Z])GW|MAC|PORT|VNI|PID|COMMAND|CMD|SUBNET|CIDR|NETWORK/

const isToFillIn = (word: string): boolean =>
  isOtherScript(word) ||
  word.split(/[/:@]/).some(part => IN_CAPITALS.test(part) && CALLED.test(part))

/** The word of a command that its reader is to fill in, where a program complains of just that. */
export function toFillIn(text: string, output: string): string | undefined {
  return text
    .replace(/\s#\s.*$/gm, '')
    .split(/\s+/)
    .map(word => word.replace(/^["']|["']$/g, ''))
    .find(word => word.length > 1 && isToFillIn(word) && output.includes(word))
}
