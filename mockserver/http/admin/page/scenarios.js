// Scenarios to choose from, and ad-hoc faults.

import { at, call, get } from './api.js';
import { $, choices, form, h, say, sync } from './dom.js';

const SERVICES = ['recaptcha', 'send_mail'];

/** @param {Act} act */
export function scenarios(act) {
  form('add-fault').addEventListener('submit', (event) => {
    event.preventDefault();
    act(async () => {
      const { warnings = [] } = await call('POST', 'faults', fault(new FormData(form('add-fault'))));
      say(['Added a fault', ...warnings].join('; '));
    });
  });

  /** @param {Scenario} of @returns {HTMLElement} */
  const choice = ({ name, description, unavailable }) => {
    const id = `scenario-${encodeURIComponent(name)}`;
    return h('div', { class: 'choice' },
      h('input', { type: 'radio', name: 'scenario', id, value: name, disabled: unavailable !== undefined, 'aria-describedby': `${id}-says`,
        change: () => act(() => call('PUT', 'scenario', { name }), `Scenario ${name}`) }),
      h('label', { for: id }, name),
      h('span', { id: `${id}-says` }, unavailable === undefined ? description : `Not possible here: ${unavailable}`));
  };
  /** @param {Fault} of @returns {HTMLElement} */
  const line = (of) => h('li', {}, h('span', {}, describe(of)),
    h('button', { class: 'quiet', click: () => act(() => call('DELETE', `faults/${of.id}`), 'Removed the fault') }, 'Remove'));

  return async () => {
    const { writes } = at;
    const [{ active, scenarios: all }, { faults }] = await Promise.all([get('scenarios'), get('faults')]);
    if (writes !== at.writes) return;
    sync($('choices'), all, (/** @type {Scenario} */ one) => one.name, choice);
    for (const radio of $('choices').querySelectorAll('input')) radio.checked = radio.value === active;
    sync($('faults'), faults, (/** @type {Fault} */ one) => String(one.id), line);
    choices('add-user-scenario', all.map((/** @type {Scenario} */ one) => one.name));
    $('scenario').textContent = active;
  };
}

/** The body of `POST /faults`. What is wrong with it, the mock says. @param {FormData} fields */
function fault(fields) {
  const text = Object.fromEntries([...fields].map(([name, value]) => [name, String(value).trim()]));
  const { operation = '', effect = '', endpoint, username, times, delay } = text;
  return {
    operation,
    ...(effect === 'error' ? { error: SERVICES.includes(operation) ? 'unavailable' : 'database' } : effect === 'delay' ? { delay } : { wire: effect }),
    ...(endpoint ? { endpoint } : {}),
    ...(username ? { username } : {}),
    ...(times ? { times: Number.isNaN(Number(times)) ? times : Number(times) } : {}),
  };
}

/** @param {Fault} of */
function describe(of) {
  const delay = typeof of.delay === 'object' ? `${of.delay.min} to ${of.delay.max}` : of.delay;
  const effects = [of.error && `fails${of.after_commit ? ' after it is stored' : ''}`, of.wire, delay && `takes ${delay}`];
  return [`${of.operation} ${effects.filter(Boolean).join(', ')}`, of.endpoint, of.username, of.skip && `after ${of.skip}`, of.times && (of.times === 1 ? 'once' : `${of.times} times`),
    of.probability !== undefined && `probability ${of.probability}`, of.lasts && `for ${of.lasts}`, of.expires && `until ${of.expires.slice(11, 19)}`,
    `fired ${of.fired}`].filter(Boolean).join(' · ');
}
