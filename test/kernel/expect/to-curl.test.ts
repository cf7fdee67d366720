import '../../sandboxed.ts'
import t from 'tap'
import { expect } from '../../../src/expect/expect.ts'
import type { CurlOptions } from '../../../src/expect/node/to-curl.ts'
import { codeOf, failure, results, world } from './world.ts'

t.test('an answer, by service, by URL and by name', async t => {
  await using w = await world()
  const told = results()
  await using site = await w.app.serve(80, request => `${request.peer} ${request.path}\n`)
  await using other = await w.app.serve(8080, () => ({ status: 404, body: 'not here' }))
  await expect(w.web).toCurl(site)
  await expect(w.web).toCurl(site, { body: '10.0.1.2 /' })
  await expect(w.web).toCurl(site, { path: '/a?b={c}', body: /\/a\?b=(\{c\}|%7Bc%7D)$/m })
  await expect(w.web).toCurl('http://10.0.1.3/health', { status: 200, body: /health/ })
  await expect(w.web).toCurl('http://app:8080/', { status: 404, body: 'not here' })
  await expect(w.app).toCurl(site, { body: /^10\.0\.1\.3 / })
  await expect(w.web).toCurl({ node: w.app, port: 8080 }, { status: 404 })
  await expect(w.web).toCurl({ address: '10.0.1.3', port: 80 })
  await expect(w.web).not.toCurl(other, { status: 200 })
  t.same(
    told.map(({ title, status }) => `${status}: ${title}`),
    [
      'passed: web curls http://10.0.1.3/ of app',
      'passed: web curls http://10.0.1.3/ of app with body "10.0.1.2 /"',
      'passed: web curls http://10.0.1.3/a?b={c} of app with body /\\/a\\?b=(\\{c\\}|%7Bc%7D)$/m',
      'passed: web curls http://10.0.1.3/health with status 200, body /health/',
      'passed: web curls http://app:8080/ with status 404, body "not here"',
      'passed: app curls http://10.0.1.3/ of app with body /^10\\.0\\.1\\.3 /',
      'passed: web curls http://10.0.1.3:8080/ of app with status 404',
      'passed: web curls http://10.0.1.3/',
      'passed: web does not curl http://10.0.1.3:8080/ of app with status 200',
    ],
  )
})

t.test('what is sent arrives as it was meant', async () => {
  await using w = await world()
  await using echo = await w.app.serve(80, ({ method, headers, body }) => ({
    headers: { 'x-asked': `${headers.host} ${headers['x-test']}` },
    body: `${method} ${body}`,
  }))
  const body = '$(id) \'"` é'
  await expect(w.web).toCurl(echo, { data: body, body: `POST ${body}` })
  await expect(w.web).toCurl(echo, {
    method: 'PUT',
    data: '@/etc/passwd',
    body: 'PUT @/etc/passwd',
  })
  await expect(w.web).toCurl(echo, { method: 'DELETE', body: 'DELETE ' })
  await expect(w.web).toCurl(echo, { method: 'HEAD', status: 200 })
  await expect(w.web).toCurl(echo, {
    host: 'shop.example',
    send: { 'X-Test': 'yes' },
    header: { 'X-Asked': 'shop.example yes' },
    source: '10.0.1.2',
  })
})

t.test('neither a proxy of the machine nor a .curlrc has a say', async t => {
  await using w = await world()
  await using site = await w.app.serve(80, () => 'hello')
  process.env['http_proxy'] = 'http://10.0.1.99:3128'
  t.teardown(() => delete process.env['http_proxy'])
  await expect(w.web).toCurl(site, { body: 'hello' })
})

t.test('a failure tells the answer that came, or why there is none', async t => {
  await using w = await world()
  await using site = await w.app.serve(80, () => ({ status: 503, body: 'later\n' }))
  t.equal(
    await failure(expect(w.web).toCurl(site, { status: 200, body: 'now' })),
    `ExpectationError TNET_EXPECTATION: expected that web curls http://10.0.1.3/ of app with status 200, body "now"
  expected an answer with status 200, body "now"
  received status 503, body "later\\n"
  command  ip netns exec web curl -sS -i --max-time 1 http://10.0.1.3/
  hint     type the command to look by hand; run with --trace to see what was done before`,
  )
  t.match(await failure(expect(w.web).toCurl(site)), 'received status 503, body "later\\n"')
  t.equal(
    await failure(expect(w.web).toCurl({ node: w.app, port: 81 })),
    `ExpectationError TNET_EXPECTATION: expected that web curls http://10.0.1.3:81/ of app
  expected an answer with a status from 200 to 299
  received could not connect: refused (curl exit code 7)
  why      nothing on app itself listens on TCP port 81
  command  ip netns exec web curl -sS -i --max-time 1 http://10.0.1.3:81/
  hint     see what does: ip netns exec app ss -Hlntup`,
  )
  t.match(
    await failure(expect(w.web).toCurl('http://10.0.1.77/', { timeoutMs: 200 })),
    /received no connection within 200 ms \(curl exit code 28\)\n {2}why {6}10\.0\.1\.77 does not answer ARP/,
  )
  await w.web.addRoute({ to: '203.0.113.0/24', type: 'prohibit' })
  t.match(
    await failure(expect(w.web).toCurl('http://203.0.113.1/')),
    'received could not connect: unreachable: admin (curl exit code 7)',
  )
})

t.test('not: nobody answers, for as long as the window is', async t => {
  await using w = await world()
  await using site = await w.app.serve(80, () => ({ status: 500 }))
  const told = results()
  await expect(w.web).not.toCurl('http://10.0.1.77/')
  await expect(w.web, { windowMs: 500 }).not.toCurl({ node: w.app, port: 81 })
  // An error is an answer as well.
  t.match(await failure(expect(w.web).not.toCurl(site)), 'received status 500, body ""')
  t.ok((told[0]?.durationMs ?? 0) >= 300)
  t.ok((told[1]?.attempts ?? 0) >= 2, 'it asked more than once')
})

t.test('eventually waits until somebody answers', async t => {
  await using w = await world()
  const told = results()
  const expectation = expect(w.web).eventually.toCurl({ node: w.app, port: 80 })
  await using _site = await w.app.serve(80, () => 'hello')
  await expectation
  t.match(told, [{ title: 'web curls http://10.0.1.3/ of app within 5000 ms', status: 'passed' }])
})

t.test('a slow answer is told apart from none', async t => {
  await using w = await world()
  await using slow = await w.app.serve(80, () => new Promise(() => {}))
  t.match(
    await failure(expect(w.web).toCurl(slow, { timeoutMs: 150 })),
    'received connected, but no whole answer within 150 ms (curl exit code 28)',
  )
})

t.test('what says nothing about the network passes neither as it is nor with not', async t => {
  await using w = await world()
  await using site = await w.app.serve(80, () => 'hello')
  await using udp = await w.app.serveUdp(53)
  await using private_ = await w.app.serve(8080, () => 'hello', { address: '127.0.0.1' })
  const cases: readonly [what: string, target: unknown, options: object, code: string][] = [
    ['a name that nobody has', 'http://nobody/', {}, 'TNET_NAME_UNKNOWN'],
    ['another protocol', 'ftp://10.0.1.3/', {}, 'TNET_URL_INVALID'],
    ['no URL', '10.0.1.3', {}, 'TNET_URL_INVALID'],
    ['a port that is none', 'http://10.0.1.3:99999/', {}, 'TNET_URL_INVALID'],
    ['UDP', udp, {}, 'TNET_TARGET_INVALID'],
    ['a port of nobody', { port: 80 }, {}, 'TNET_TARGET_INVALID'],
    ['port 0', { node: w.app, port: 0 }, {}, 'TNET_TARGET_INVALID'],
    ["another node's loopback", private_, {}, 'TNET_TARGET_INVALID'],
    ["a source that is not the node's", site, { source: '198.51.100.1' }, 'TNET_CURL_SOURCE'],
    ['a status that is none', site, { status: 99 }, 'TNET_OPTION_INVALID'],
    ['a header in a header', site, { host: 'a\r\nx: y' }, 'TNET_OPTION_INVALID'],
    ['a path that is none', site, { path: 'health' }, 'TNET_OPTION_INVALID'],
    ['a method that is an option', site, { method: '--help' }, 'TNET_OPTION_INVALID'],
    ['a typo', site, { bdoy: 'hello' }, 'TNET_OPTION_UNKNOWN'],
  ]
  for (const [what, target, options, code] of cases) {
    const asked = [target as string, options as CurlOptions] as const
    t.equal(await codeOf(expect(w.web).toCurl(...asked)), code, what)
    t.equal(await codeOf(expect(w.web).not.toCurl(...asked)), code, `not: ${what}`)
  }
  await expect(w.app).toCurl(private_, { body: 'hello' })
  // @ts-expect-error a typo does not compile either
  t.equal(await codeOf(expect(w.web).toCurl(site, { bdoy: '' })), 'TNET_OPTION_UNKNOWN')
})

t.test('an HTTP request in process, for loops', async t => {
  await using w = await world()
  await using site = await w.app.serve(80, ({ peer, path, method, body }) => ({
    status: 201,
    headers: { 'x-test': 'yes' },
    body: `${peer} ${method} ${path} ${body}`,
  }))
  const answer = await w.web.fetch(site, { path: '/a', method: 'POST', body: 'é' })
  t.match(answer, { status: 201, headers: { 'x-test': 'yes' }, body: '10.0.1.2 POST /a é' })
  t.match(await w.web.fetch({ address: '10.0.1.3', port: 80 }), { status: 201 })
  await t.rejects(w.web.fetch({ address: '10.0.1.3', port: 81 }), {
    code: 'TNET_CONNECTION_ECONNREFUSED',
    errno: 'ECONNREFUSED',
  })
  await using slow = await w.app.serve(82, () => new Promise(() => {}))
  await t.rejects(w.web.fetch(slow, { timeoutMs: 100 }), { code: 'TNET_FETCH_TIMEOUT' })
})
