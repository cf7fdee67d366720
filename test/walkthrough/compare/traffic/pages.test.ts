import t from 'tap'
import { differing } from '../text/told.ts'

const head = `*   Trying 10.3.0.2:8000...
* Connected to 10.3.0.2 (10.3.0.2) port 8000 (#0)
> GET /nope HTTP/1.1
> Host: 10.3.0.2:8000
>
< HTTP/1.0 404 File not found
< Connection: close`
const page = `<
<!DOCTYPE HTML>
<html lang="en">
    <body>
        <p>Error code: 404</p>
        <p>Message: File not found.</p>
    </body>
</html>
`
const curl = 'curl -v http://10.3.0.2:8000/nope'

void t.test('the page of an error may be left out', t => {
  t.strictSame(differing(curl, head, `${head}\n${page}`), [])
  t.strictSame(differing(curl, `${head}\n[...]`, `${head}\n${page}`), [])
  t.strictSame(differing(curl, `${head}\n<\n<!DOCTYPE HTML>\n...`, `${head}\n${page}`), [])
  t.end()
})

void t.test('its status, and lines of it that are shown, are compared', t => {
  const other = head.replace('404 File not found', '200 OK')
  t.strictSame(differing(curl, `${other}\n[...]`, `${head}\n${page}`), ['HTTP status'])
  t.not(differing(curl, `${head}\n<\n<p>Welcome</p>\n...`, `${head}\n${page}`).length, 0)
  t.end()
})
