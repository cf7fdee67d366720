import t from 'tap'
import { runsScript, unshownScript } from '../../src/walkthrough/unshown-script.ts'

const none = 'bash: setup.sh: No such file or directory'

const missing: [text: string, output: string, file: string | undefined][] = [
  ['bash setup.sh', none, 'setup.sh'],
  ['sudo bash -x ./setup.sh up', 'bash: ./setup.sh: No such file or directory', 'setup.sh'],
  ['source setup.sh', none, 'setup.sh'],
  ['. ./setup.sh', none, 'setup.sh'],
  ['./setup.sh up', 'bash: line 3: ./setup.sh: No such file or directory', 'setup.sh'],
  ['sudo ./setup.sh', '/bin/sudo: 12: exec: ./setup.sh: not found', 'setup.sh'],
  ['chmod +x setup.sh', "chmod: cannot access 'setup.sh': No such file or directory", 'setup.sh'],
  ['sh setup.sh', 'sh: 0: cannot open setup.sh: No such file', 'setup.sh'],
  ['python3 lab.py', "python3: can't open file 'lab.py': [Errno 2]", 'lab.py'],
  ['ip netns exec a ./x.sh', 'exec of "./x.sh" failed: No such file or directory', 'x.sh'],
  ['./setup.sh', 'cat: other: No such file or directory', undefined],
  ['cat setup.sh', 'cat: setup.sh: No such file or directory', undefined],
  ['bash -c "cat setup.sh"', 'cat: setup.sh: No such file or directory', undefined],
  ['ip netns exec setup.sh ip a', 'Cannot open network namespace "setup.sh"', undefined],
]
for (const [text, output, file] of missing) {
  t.test(`${text} where ${output}: ${file ?? 'no script is missing'}`, async t => {
    t.equal(
      unshownScript(text, output, () => [text, 'cat setup.sh']),
      file,
    )
    if (file !== undefined) t.ok(runsScript(text))
  })
}

t.test('one that the document makes is its own matter', async t => {
  for (const made of ["echo 'ip a' > setup.sh", 'cp old setup.sh', 'wget http://a.b/setup.sh']) {
    t.equal(
      unshownScript('bash setup.sh', none, () => [made]),
      undefined,
      made,
    )
  }
})
