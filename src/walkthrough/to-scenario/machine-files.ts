import { simpleCommands } from '../compare/simple-command.ts'

const WRITERS =
  /^(?:mkdir|rmdir|rm|mv|cp|touch|ln|chmod|chown|chgrp|install|tee|truncate|unlink|mktemp|useradd|userdel|groupadd|passwd|visudo|crontab|update-alternatives|ldconfig)$/
/** Of the sandbox, of its kernel, or for everybody to write in. */
const OPEN = /^\/(?:dev|proc|sys|run|var\/run|tmp|var\/tmp)(?:\/|$)/
const REDIRECTED = /(?:^|[^<>&\d])\d?>{1,2}\|?\s*(?:"(\/[^"]*)"|'(\/[^']*)'|(\/[^\s"';&|<>()]+))/g

const isOfMachine = (word = '') => word.startsWith('/') && !OPEN.test(word)

/**
 * Whether a command makes, changes or removes files of the machine itself: a walk has its own, and
 * what a scenario types is run on the real ones.
 */
export function changesMachineFiles(text: string): boolean {
  const redirected = [...text.matchAll(REDIRECTED)].flatMap(([, ...files]) => files)
  if (redirected.some(file => isOfMachine(file))) return true
  return simpleCommands(text).some(({ program, args }) => {
    const inPlace = program === 'sed' && args.some(arg => /^(?:-\w*i|--in-place)/.test(arg))
    if (!inPlace && program !== 'dd' && !WRITERS.test(program)) return false
    const files = program === 'dd' ? args.map(arg => arg.replace(/^of=/, '')) : args
    return files.some(file => isOfMachine(file))
  })
}
