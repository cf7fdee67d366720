import { STEPPER_SCRIPT } from './stepper-script.ts'

/** Of the page's script: the list of scenarios, and what opens in it. */
const LIST_SCRIPT = String.raw`
const root = document.documentElement
const all = selector => [...document.querySelectorAll(selector)]
const scenarios = all('.scenario')
const summaryOf = scenario => scenario.firstElementChild
root.classList.add('scripted')
for (const hidden of all('#toolbar, #theme')) hidden.hidden = false

const elementsOf = text => document.createRange().createContextualFragment(text)

function draw(section) {
  const store = document.querySelector('[data-store="' + section.dataset.topology + '"]')
  if (store === null) return
  const stored = elementsOf(store.textContent)
  const [to, from] = [section.querySelector('svg'), stored.querySelector('svg g[id]')]
  if (to !== null && from !== null) to.replaceChildren(...from.childNodes)
  const words = stored.querySelector('.words')
  const details = elementsOf('<details class="part"><summary>In words</summary></details>').firstChild
  details.append(words)
  section.append(details)
}

function fill(scenario) {
  const text = scenario.querySelector(':scope > noscript')
  if (text === null) return
  const body = elementsOf(text.textContent)
  for (const section of body.querySelectorAll('[data-topology]')) {
    if (section.closest('.stage') === null) draw(section)
  }
  for (const growth of body.querySelectorAll('.growth')) step(growth)
  for (const button of body.querySelectorAll('[data-copy]')) button.hidden = false
  text.replaceWith(body)
}

const fold = document.getElementById('fold')
function showFold() {
  if (fold !== null) fold.hidden = !scenarios.some(scenario => scenario.open)
}

document.addEventListener('toggle', event => {
  if (!event.target.matches('.scenario')) return
  if (event.target.open) fill(event.target)
  showFold()
}, true)
for (const scenario of scenarios) if (scenario.open) fill(scenario)
showFold()

function reveal() {
  const scenario = scenarios.find(one => '#' + one.id === location.hash)
  if (scenario === undefined) return
  scenario.hidden = false
  tellShown()
  return scenario
}

function openAddressed() {
  const scenario = reveal()
  if (scenario === undefined) return
  fill(scenario)
  scenario.open = true
  scenario.scrollIntoView()
}
addEventListener('hashchange', openAddressed)

function tellShown() {
  const shown = scenarios.filter(scenario => !scenario.hidden).length
  const told = document.getElementById('shown')
  if (told !== null) told.value = shown === scenarios.length ? '' : shown + ' of ' + scenarios.length
}

const text = document.getElementById('text')
const tag = document.getElementById('tag')
const filters = all('[data-filter]')
const found = new Map()
function searched(scenario) {
  const known = found.get(scenario)
  if (known !== undefined) return known
  const words = summaryOf(scenario).textContent.toLowerCase()
  found.set(scenario, words)
  return words
}

function filter() {
  const words = text.value.toLowerCase().split(/\s+/).filter(word => word !== '')
  const pressed = filters.filter(one => one.ariaPressed === 'true').map(one => one.dataset.filter)
  const wanted = tag === null ? '' : tag.value
  for (const scenario of scenarios) {
    const isShown =
      (pressed.length === 0 || pressed.includes(scenario.dataset.status)) &&
      (wanted === '' || JSON.parse(scenario.dataset.tags).includes(wanted)) &&
      words.every(word => searched(scenario).includes(word))
    scenario.hidden = !isShown
  }
  tellShown()
}

if (text !== null) {
  text.addEventListener('input', filter)
  if (tag !== null) tag.addEventListener('change', filter)
  for (const one of filters) {
    one.addEventListener('click', () => {
      one.ariaPressed = String(one.ariaPressed !== 'true')
      filter()
    })
  }
  text.form.addEventListener('submit', event => event.preventDefault())
  // A browser that comes back to the page puts back what was chosen, and tells nobody.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) return
    filter()
    reveal()
  })
  fold.addEventListener('click', () => {
    for (const scenario of scenarios) scenario.open = false
    text.focus()
  })
}

function move(by) {
  const shown = scenarios.filter(scenario => !scenario.hidden)
  const at = shown.findIndex(scenario => scenario.contains(document.activeElement))
  const next = shown[at < 0 ? 0 : at + by]
  if (next !== undefined) summaryOf(next).focus()
  return next !== undefined
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const { target, key } = event
  const isTyping = target.matches('input, select, textarea')
  const isInList = target === text || target.matches('.scenario > summary, #scenarios')
  if (key === '/' && !isTyping && text !== null) text.focus()
  else if (key === 'Escape' && target === text) {
    text.value = ''
    filter()
  } else if (key === 'ArrowDown' && isInList && move(1)) return event.preventDefault()
  else if (key === 'ArrowUp' && isInList && target !== text && move(-1)) return event.preventDefault()
  else return
  event.preventDefault()
})

async function copied(words) {
  try {
    await navigator.clipboard.writeText(words)
    return true
  } catch {
    // Some browsers keep the clipboard from pages that were opened from a file.
    const area = document.createElement('textarea')
    area.value = words
    document.body.append(area)
    area.select()
    const isCopied = document.execCommand('copy')
    area.remove()
    return isCopied
  }
}

// The address stays as it is when somebody follows a link once more.
document.addEventListener('click', ({ target }) => {
  if (target.closest('a')?.hash === location.hash) openAddressed()
})

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-copy]')
  if (button === null) return
  const isCopied = await copied(button.parentElement.querySelector('pre').textContent)
  button.textContent = isCopied ? 'Copied' : 'Not copied'
  setTimeout(() => (button.textContent = 'Copy'), 1500)
})

const theme = document.getElementById('theme')
const isDark = () => {
  const { theme: chosen } = root.dataset
  return chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark'
}
const label = () => (theme.textContent = isDark() ? 'Light' : 'Dark')
function remembered(choice) {
  try {
    if (choice !== undefined) localStorage.setItem('tnet-lab-theme', choice)
    return localStorage.getItem('tnet-lab-theme')
  } catch {
    return null
  }
}
const chosen = remembered()
if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen
theme.addEventListener('click', () => {
  root.dataset.theme = isDark() ? 'light' : 'dark'
  remembered(root.dataset.theme)
  label()
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', label)
label()
openAddressed()

// Paper shows what matters: what failed, as far as it is on the page, and what somebody opened.
let opened = []
function unfold() {
  if (opened.length > 0) return
  opened = scenarios.filter(one => !one.open && !one.hidden && one.matches('.failed, .cut-off, .flaky'))
  for (const scenario of opened) {
    fill(scenario)
    scenario.open = true
  }
}
function refold() {
  for (const scenario of opened) scenario.open = false
  opened = []
}
addEventListener('beforeprint', unfold)
addEventListener('afterprint', refold)
matchMedia('print').addEventListener('change', ({ matches }) => (matches ? unfold() : refold()))
`

/**
 * The page's script: plain JavaScript as text, for the compiler knows no browser here; the browser's
 * tests know it. Without it everything can be read. It must not hold `</script`.
 *
 * A `noscript` is a text where scripts run: what a scenario shows becomes elements when it is opened.
 */
export const PAGE_SCRIPT = `'use strict'\n${STEPPER_SCRIPT}${LIST_SCRIPT}`
