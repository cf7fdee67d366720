import t from 'tap'
import { differing } from './told.ts'

void t.test('which number a process got is no result', t => {
  for (const command of ['echo $$', 'echo $!', 'pidof nc', 'sudo pgrep -f http.server']) {
    t.strictSame(differing(command, '12345', '17\n'), [], command)
  }
  t.end()
})

void t.test('that there is none, or more than one, is; so are other numbers', t => {
  t.not(differing('pidof nc', '12345', '').length, 0)
  t.not(differing('pgrep nc', '1234\n1235', '17\n').length, 0)
  t.not(differing('echo $?', '0', '1\n').length, 0)
  t.not(differing('echo 12', '12', '13\n').length, 0)
  t.end()
})
