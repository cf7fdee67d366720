import t from 'tap'
import { differing } from '../text/told.ts'

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

const numbered: [command: string, shown: string, seen: string, other: string][] = [
  [
    'jobs -l',
    '[1]-  5000 Running                 sleep 1000 &',
    '[1]-    22 Running                 sleep 1000 &',
    '[1]-    22 Stopped                 sleep 1000 &',
  ],
  [
    'pstree -p 7000',
    'unshare(7000)---sleep(7001)',
    'unshare(14)---sleep(15)',
    'unshare(14)---bash(15)',
  ],
  ['grep NSpid /proc/$$/status', 'NSpid:\t7001\t1', 'NSpid:\t18\t1', 'NSpid:\t18\t2'],
  ['grep Pid: /proc/$$/status', 'Pid:\t7001', 'Pid:\t18', 'Uid:\t18'],
]
for (const [command, shown, seen, other] of numbered) {
  void t.test(`nor is it in what ${command} prints`, t => {
    t.strictSame(differing(command, shown, `${seen}\n`), [])
    t.not(differing(command, shown, `${other}\n`).length, 0)
    t.end()
  })
}
