// Elements, messages, copying and saving. Text is always text: nothing here parses HTML.

/** @param {string} id */
export const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
export const form = (id) => /** @type {HTMLFormElement} */ ($(id));

/**
 * Makes an element. Attributes that are functions are listeners; false and undefined are left out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | number | null | undefined)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, /** @type {EventListener} */ (value));
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined).map((child) => child instanceof Node ? child : String(child)));
  return made;
}

/**
 * Makes the children of `parent` show the items. Parts that are alike stay, with focus, scroll position and a press of the mouse.
 * @template I
 * @param {Element} parent
 * @param {I[]} items
 * @param {(item: I) => string} key what tells the items apart; listeners know nothing else of an item
 * @param {(item: I) => HTMLElement} render
 */
export function sync(parent, items, key, render) {
  const old = new Map([...parent.children].map((child) => [child.getAttribute('data-key'), child]));
  const wanted = items.map((item) => {
    const made = render(item);
    made.setAttribute('data-key', key(item));
    const before = old.get(key(item));
    if (before) renew(before, made);
    return before ?? made;
  });
  const keep = new Set(wanted);
  for (const child of old.values()) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

/** Gives an element the parts of another where they differ. @param {Element} old @param {Element} made */
function renew(old, made) {
  const before = [...old.childNodes];
  const wanted = [...made.childNodes];
  wanted.forEach((part, index) => {
    if (before[index]?.isEqualNode(part)) return;
    if (before[index]) before[index].replaceWith(part);
    else old.append(part);
  });
  before.slice(wanted.length).forEach((part) => part.remove());
}

/** Makes a select offer these names, after its first option. @param {string} id @param {string[]} names */
export function choices(id, names) {
  const select = /** @type {HTMLSelectElement} */ ($(id));
  const first = select.options[0]?.text ?? '';
  sync(select, ['', ...names], (name) => name, (name) => h('option', { value: name }, name || first));
}

/** Which trouble is shown: that of a call, or of the connection. */
let trouble = '';

/** @param {string} text @param {'call' | 'link'} kind */
export function alarm(text, kind = 'call') {
  trouble = kind;
  $('alert').replaceChildren(h('p', {}, text), h('button', { click: () => calm(trouble) }, 'Dismiss'));
}

/** Takes back the alarm of this kind. @param {string} kind */
export function calm(kind) {
  if (trouble === kind) $('alert').replaceChildren();
}

/** Says that something is done, for as long as it takes to read. @param {string} text */
export function say(text) {
  $('said').textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { $('said').textContent = ''; }, 6000 + 40 * text.length);
}
/** @type {number | undefined} */
let silence;

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // the page was not opened on localhost, or the browser forbids it
    const area = h('textarea', { class: 'unseen' }, text);
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) throw new Error('the browser does not let this page copy');
  }
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
