// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { runFiles, scenarioFile } from '../runner/project.ts'

const thrown: { what: string; body: string; facts: Record<string, string> }[] = [
  {
    what: 'its causes',
    body: `throw new Error('outer', { cause: new TypeError('inner', { cause: { port: 80 } }) })`,
    facts: { cause: 'TypeError: inner\n{ port: 80 }' },
  },
  {
    what: 'a cause that is caused by it',
    body: `const error = new Error('outer')
    error.cause = new Error('inner', { cause: error })
    throw error`,
    facts: { cause: 'Error: inner' },
  },
  {
    what: 'what it gathers',
    body: `await Promise.any([Promise.reject(new Error('one')), Promise.reject('two')])`,
    facts: { errors: "Error: one\n'two'" },
  },
  { what: 'nothing else', body: "throw new Error('outer')", facts: {} },
  {
    what: 'no cause that cannot be read',
    body: `throw Object.defineProperty(new Error('outer'), 'cause', {
      get: () => {
        throw new Error('no')
      },
    })`,
    facts: {},
  },
]
for (const { what, body, facts } of thrown) {
  t.test(`with an error is told ${what}`, async t => {
    const { ends } = await runFiles(t, { 'a.ts': scenarioFile('a', body) })
    t.strictSame(ends[0]?.error?.facts, facts)
  })
}

t.test(
  'what is rejected with nobody to hear it fails a scenario, however soon that ends',
  async t => {
    const { outcomes, ends } = await runFiles(t, {
      'a.ts': scenarioFile('a', "void (async () => { throw new Error('unheard') })()"),
      'b.ts': scenarioFile(
        'b',
        "const no = Promise.reject(new Error('no')); await Promise.resolve(); no.catch(() => {})",
      ),
      'c.ts': scenarioFile(
        'c',
        "process.on('unhandledRejection', () => {}); void Promise.reject(new Error('mine'))",
      ),
      'd.ts': scenarioFile('d', 'process.removeAllListeners()'),
    })
    t.same(outcomes.toSorted(), ['a failed', 'b passed', 'c passed', 'd passed'])
    const messages = ends.flatMap(({ error }) => error?.message ?? [])
    t.same(messages, ['unheard'])
  },
)
