import t from 'tap'
import { bounded } from '../../src/report/bounded.ts'
import { clipped } from '../../src/report/clipped.ts'

t.test('a name that is too long ends in dots, and no pair is cut in half', async t => {
  const rows = [
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['ab😀cd', 4, 'ab…'],
    ['ab😀cd', 5, 'ab😀…'],
  ] as const
  for (const [name, limit, expected] of rows) t.equal(clipped(name, limit), expected)
})

t.test('a text that is too long keeps its start and its end', async t => {
  t.equal(bounded('0123456789', 10), '0123456789')
  t.equal(bounded('0123456789a', 10), '01234\n… the middle is left out …\n6789a')
  t.equal(bounded('0😀2😀456😀8', 8), '0😀2\n… the middle is left out …\n6😀8')
  t.equal(bounded('012😀56😀8', 8), '012\n… the middle is left out …\n6😀8')
  t.equal(bounded('012345😀678', 8), '0123\n… the middle is left out …\n678')
})
