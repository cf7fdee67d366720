import t from 'tap'
import { compare } from '../../../../src/walkthrough/compare/compare.ts'

const differences = (text: string, shown: string, seen: string) =>
  compare(text, { shown: shown.split('\n'), seen, exitCode: 0, isStrict: false }).differences

t.test('names in columns are those in lines', async t => {
  t.same(differences('ls', 'bin  lib  usr\netc  proc', 'bin\netc\nlib\nproc\nusr\n'), [])
  t.same(differences('ls -A /tmp', '.x  bin', '.x\nbin\n'), [])
})

t.test('one that is not there, or more, is a difference', async t => {
  t.match(differences('ls', 'bin  lib  usr', 'bin\nusr\n'), [{ shown: 'lib' }])
  t.match(differences('ls', 'bin  usr', 'bin\nlib\nusr\n'), [{ seen: 'lib' }])
})

t.test('lines that say more are text', async t => {
  const long = 'drwxr-xr-x 2 root root 4096 Jan  1 12:00'
  t.same(differences('ls -l', `${long} bin`, `${long} bin\n`), [])
  t.not(differences('ls -l', `${long} bin`, `${long} lib\n`).length, 0)
  t.same(differences('ls', '...', 'bin\nlib\n'), [])
  t.not(differences('ls x', "ls: cannot access 'x': No such file or directory", 'bin\n').length, 0)
})
