/** Of the page's script: a topology as it grew, a stage at a time. The last one stands for the whole. */
export const STEPPER_SCRIPT = String.raw`
const stagesOf = growth => [...growth.querySelectorAll(':scope > .stage')]

function show(growth, at) {
  const stages = stagesOf(growth)
  const chosen = Math.max(0, Math.min(stages.length - 1, at))
  for (const [i, stage] of stages.entries()) stage.classList.toggle('shown', i === chosen)
  const stage = stages[chosen]
  const section = stage.querySelector('[data-topology]')
  if (section !== null && section.dataset.isDrawn === undefined) {
    section.dataset.isDrawn = ''
    draw(section)
  }
  const range = growth.querySelector('input')
  range.value = String(chosen + 1)
  range.setAttribute('aria-valuetext', stage.dataset.title)
  growth.querySelector('output').value = chosen + 1 + ' of ' + stages.length
  for (const button of growth.querySelectorAll('[data-by]')) {
    const next = chosen + Number(button.dataset.by)
    button.ariaDisabled = String(next < 0 || next >= stages.length)
  }
  return stage
}

// What is filled in is not in the page yet: its elements are all that is looked at.
function step(growth) {
  growth.querySelector('.stepper').hidden = false
  for (const button of growth.querySelectorAll('[data-to-command]')) button.hidden = false
  const around = growth.parentNode
  for (const button of around.querySelectorAll('.to-stage')) button.hidden = false
  show(growth, stagesOf(growth).length - 1)
}

const chosenIn = growth => Number(growth.querySelector('input').value) - 1
const say = (growth, stage) => (growth.querySelector('[role=status]').textContent = stage.dataset.title)

document.addEventListener('input', event => {
  const growth = event.target.closest('.growth')
  if (growth !== null && event.target.matches('.stepper input')) show(growth, chosenIn(growth))
})

function toCommand(growth, number) {
  const command = growth.parentElement.querySelector('[data-command="' + number + '"]')
  if (command === null) return
  for (let one = command.parentElement.closest('details'); one !== null; one = one.parentElement.closest('details')) {
    one.open = true
  }
  command.scrollIntoView({ block: 'center' })
  command.querySelector('.row').focus({ preventScroll: true })
}

document.addEventListener('click', event => {
  const button = event.target.closest('[data-by], [data-stage], [data-to-command]')
  if (button === null) return
  const { by, stage, toCommand: number } = button.dataset
  if (stage !== undefined) {
    const growth = button.closest('.walk').parentElement.querySelector('.growth')
    if (growth === null) return
    show(growth, Number(stage))
    growth.scrollIntoView({ block: 'start' })
    growth.querySelector('input').focus({ preventScroll: true })
    return
  }
  const growth = button.closest('.growth')
  if (number !== undefined) toCommand(growth, number)
  else say(growth, show(growth, chosenIn(growth) + Number(by)))
})
`
