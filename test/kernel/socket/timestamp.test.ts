import t from 'tap'
import { asQueued } from '../../../src/kernel/socket/timestamp.ts'

t.test('a packet that got its time when it was read is not later than the one behind it', t => {
  t.strictSame(asQueued([90n, 95n, 20n, 30n, 40n]), [20n, 20n, 20n, 30n, 40n])
  t.end()
})

t.test('times in order are as they are', t => {
  t.strictSame(asQueued([20n, 20n, 30n]), [20n, 20n, 30n])
  t.strictSame(asQueued([7n]), [7n])
  t.strictSame(asQueued([]), [])
  t.end()
})
