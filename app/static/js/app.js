// The only script of our own on every page; pages work without it.

const status = document.getElementById('status');
const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content ?? '';
const keysAreOn = document.body.dataset.keys !== 'off';

let saidAt = 0;

/** Says something to everyone, also to those who cannot see it. */
function say(text) {
  if (!status) return;
  status.textContent = text;
  saidAt = Date.now();
}

for (const kind of ['keydown', 'pointerdown']) {
  document.addEventListener(kind, () => {
    if (status?.textContent && Date.now() - saidAt > 4000) status.textContent = '';
  });
}

// ------------------------------------------------------------------ htmx
document.addEventListener('htmx:configRequest', (event) => {
  event.detail.headers['X-CSRFToken'] = csrf();
});
document.addEventListener('htmx:beforeSwap', (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener('htmx:responseError', (event) => say(reasonIn(event.detail.xhr.responseText)));
document.addEventListener('htmx:sendError', () => say(status?.dataset.failed ?? ''));
document.addEventListener('htmx:afterSettle', (event) => prepare(event.target));

/** Takes the reason out of problem details or an error page. */
function reasonIn(text) {
  try {
    return JSON.parse(text).title;
  } catch {
    const page = new DOMParser().parseFromString(text, 'text/html');
    const words = page.querySelector('.error-page p, [role="alert"]')?.textContent.trim();
    return words || status?.dataset.failed || '';
  }
}

// ----------------------------------------------------------------- forms
document.getElementById('errors')?.focus();

document.addEventListener('click', (event) => {
  const link = event.target.closest('#errors a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  const folded = field.closest('details:not([open])');
  if (folded) folded.open = true;
  event.preventDefault();
  field.focus();
});

// ----------------------------------------------------------------- menus
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && event.target.closest?.('details.menu[open]');
  if (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

// ------------------------------------------------------------------ copy
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(button.dataset.copied ?? '');
  } catch {
    say(button.dataset.copy);
  }
});

// ------------------------------------------------------------- many at once
function boxesOf(form) {
  return [...document.querySelectorAll('input[type="checkbox"][name="ids"]')].filter((box) => box.form?.id === form);
}

function countTicked() {
  for (const bar of document.querySelectorAll('[data-bulk]')) {
    const ticked = boxesOf(bar.dataset.bulk).filter((box) => box.checked).length;
    bar.hidden = ticked === 0;
    const number = bar.querySelector('[data-bulk-count]');
    if (number) number.textContent = ticked;
  }
  for (const all of document.querySelectorAll('[data-check-all]')) {
    const boxes = boxesOf(all.dataset.checkAll);
    all.hidden = false;
    all.checked = boxes.length > 0 && boxes.every((box) => box.checked);
  }
}
document.addEventListener('change', (event) => {
  const all = event.target.closest('[data-check-all]');
  if (all) boxesOf(all.dataset.checkAll).forEach((box) => { box.checked = all.checked; });
  countTicked();
});

// -------------------------------------------------------------- register
const MARKS = { p: 'present', l: 'late', e: 'excused', a: 'absent' };
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function cellsOf(row) {
  return [...row.querySelectorAll('[data-mark-url]')];
}

/** Makes one cell of a register reachable by Tab; the arrows reach the others. */
function prepareGrid(grid) {
  const cells = [...grid.querySelectorAll('[data-mark-url]')];
  const current = cells.find((cell) => cell.tabIndex === 0 && cell.hasAttribute('tabindex')) ?? cells[0];
  for (const cell of cells) cell.tabIndex = cell === current ? 0 : -1;
}

function moveTo(grid, cell) {
  for (const other of grid.querySelectorAll('[data-mark-url][tabindex="0"]')) other.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
}

function neighbour(grid, cell, [down, right]) {
  const rows = [...grid.querySelectorAll('tr, [role="row"]')].map((row) => cellsOf(row)).filter((row) => row.length);
  const row = rows.findIndex((cells) => cells.includes(cell));
  const column = rows[row].indexOf(cell);
  const target = rows[row + down];
  return target?.[down ? Math.min(column, target.length - 1) : column + right];
}

async function mark(grid, cell, value) {
  const body = new URLSearchParams({ mark: value });
  for (const [key, text] of Object.entries(cell.dataset)) {
    if (key.startsWith('send')) body.set(key.slice(4).toLowerCase(), text);
  }
  cell.setAttribute('aria-busy', 'true');
  let answer;
  try {
    answer = await fetch(cell.dataset.markUrl, {
      method: 'POST',
      body,
      headers: { 'X-CSRFToken': csrf(), 'HX-Request': 'true', Accept: 'application/json;q=0.9, text/html' },
    });
  } catch {
    cell.removeAttribute('aria-busy');
    say(status?.dataset.failed ?? '');
    return;
  }
  const text = await answer.text();
  if (!answer.ok && !answer.headers.has('X-Fresh-Cell')) {
    cell.removeAttribute('aria-busy');
    say(reasonIn(text));
    return;
  }
  const holder = document.createElement('template');
  holder.innerHTML = text.trim();
  const fresh = holder.content.firstElementChild;
  if (!fresh) return;
  const hadFocus = cell.contains(document.activeElement);
  fresh.tabIndex = cell.tabIndex;
  cell.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (hadFocus) fresh.focus();
  const words = fresh.dataset.said ?? fresh.ariaLabel;
  if (words) say(words);
  grid.dispatchEvent(new CustomEvent('most:marked', { bubbles: true }));
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-mark-url] button[name]');
  const cell = button?.closest('[data-mark-url]');
  const grid = cell?.closest('[data-grid]');
  if (!grid || !Object.values(MARKS).includes(button.name)) return;
  event.preventDefault();
  mark(grid, cell, button.name);
});

document.addEventListener('focusin', (event) => {
  const cell = event.target.closest?.('[data-mark-url]');
  const grid = cell?.closest('[data-grid]');
  if (!grid) return;
  for (const other of grid.querySelectorAll('[data-mark-url][tabindex="0"]')) other.tabIndex = -1;
  cell.tabIndex = 0;
});

function keyInGrid(event) {
  const cell = event.target.closest?.('[data-mark-url]');
  const grid = cell?.closest('[data-grid]');
  if (!grid) return false;
  if (event.key in STEPS) {
    const next = neighbour(grid, cell, STEPS[event.key]);
    if (next) moveTo(grid, next);
    return true;
  }
  const value = keysAreOn && MARKS[event.key.toLowerCase()];
  if (!value || cell.disabled || cell.getAttribute('aria-disabled') === 'true') return false;
  mark(grid, cell, value);
  return true;
}

// ------------------------------------------------------------- shortcuts
function isTyping(target) {
  return target.matches?.('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]');
}

function moveInRows(step) {
  const rows = [...document.querySelectorAll('[data-rows] > li, [data-rows] > tr, tbody[data-rows] > tr')]
    .filter((row) => row.querySelector('a[href], button'));
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.classList.contains('is-here') || row.contains(document.activeElement));
  const row = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step))];
  for (const other of rows) other.classList.toggle('is-here', other === row);
  row.querySelector('a[href], button').focus();
  return true;
}

function turnTo(rel) {
  const link = document.querySelector(`a[rel="${rel}"]`);
  link?.click();
  return Boolean(link);
}

const SHORTCUTS = {
  '/': () => {
    const box = document.querySelector('[data-search]');
    box?.focus();
    return Boolean(box);
  },
  '?': () => {
    const help = document.getElementById('keys');
    if (help?.showModal && !help.open) help.showModal();
    return Boolean(help);
  },
  j: () => moveInRows(1) || turnTo('next'),
  k: () => moveInRows(-1) || turnTo('prev'),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
  if (keyInGrid(event)) {
    event.preventDefault();
    return;
  }
  if (keysAreOn && SHORTCUTS[event.key]?.()) event.preventDefault();
});

for (const button of document.querySelectorAll('[data-show-keys]')) {
  button.hidden = false;
  button.addEventListener('click', SHORTCUTS['?']);
}

// ------------------------------------------------------ end of a sign-in
const ending = document.getElementById('ending');
const NOTICE = 300;
let warning;

/** Warns five minutes before the sign-in ends, unless something is asked of the server first. */
function warnInTime() {
  if (!ending) return;
  clearTimeout(warning);
  const seconds = Math.max(0, Number(ending.dataset.seconds) - NOTICE);
  ending.hidden = seconds > 0;
  if (seconds * 1000 < 2 ** 31) warning = setTimeout(() => { ending.hidden = false; }, seconds * 1000);
}

ending?.querySelector('button').addEventListener('click', async () => {
  try {
    const answer = await fetch(ending.dataset.stay, {
      method: 'POST',
      headers: { 'X-CSRFToken': csrf(), Accept: 'application/json' },
    });
    ending.dataset.seconds = (await answer.json()).seconds;
    warnInTime();
  } catch {
    ending.hidden = true;
    say(ending.dataset.ended);
  }
});
document.addEventListener('htmx:afterOnLoad', warnInTime);
document.addEventListener('most:marked', warnInTime);

// ---------------------------------------------------------------- a visit
function prepare(root) {
  for (const grid of root.querySelectorAll('[data-grid]')) prepareGrid(grid);
  for (const tab of root.querySelectorAll('.tabs [aria-current]')) bringToSight(tab);
  countTicked();
}

/** Scrolls a strip of tabs, and nothing else, to the tab of this page. */
function bringToSight(tab) {
  const strip = tab.closest('.tabs');
  const before = tab.getBoundingClientRect().left - strip.getBoundingClientRect().left;
  strip.scrollLeft += before - (strip.clientWidth - tab.offsetWidth) / 2;
}

/** A visitor's time zone, so that the first clock on every page is theirs. */
function keepZone() {
  if (!('guest' in document.body.dataset) || /(^|; )tz=/.test(document.cookie)) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax`;
}

prepare(document);
keepZone();
warnInTime();
