// Saves a step of an application while its person types; the page works without it.

const form = document.querySelector('form[data-autosave]');
const said = form?.querySelector('[data-autosave-status]');
const conflict = document.querySelector('[data-conflict]');
const PAUSE = 1200;

let timer = 0;
let flying = null;
let dirty = false;
let stopped = false;

function tell(text) {
  if (said) said.textContent = text;
}

/** What is in the form, without files: those are sent by the button. */
function typed() {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') body.append(name, value);
  }
  return body;
}

async function send() {
  dirty = false;
  let answer;
  try {
    answer = await fetch(form.dataset.autosave, {
      method: 'POST',
      body: typed(),
      keepalive: document.visibilityState === 'hidden',
      headers: {
        'X-CSRFToken': document.querySelector('meta[name="csrf-token"]')?.content ?? '',
        Accept: 'application/json;q=0.9, text/html',
      },
    });
  } catch {
    tell(form.dataset.failed);
    return;
  }
  if (answer.status === 409 && answer.headers.get('Content-Type')?.startsWith('text/html')) {
    showConflict(await answer.text());
    return;
  }
  if (!answer.ok || answer.redirected) {
    tell(form.dataset.failed);
    return;
  }
  const saved = await answer.json();
  form.elements.revision.value = saved.revision;
  tell(saved.message);
}

function save() {
  clearTimeout(timer);
  if (stopped || !dirty || flying) return flying;
  flying = send().finally(() => {
    flying = null;
    if (dirty && !stopped) timer = setTimeout(save, PAUSE);
  });
  return flying;
}

/** Another window has saved something else: nothing more is saved until a person chooses. */
function showConflict(html) {
  const holder = document.createElement('template');
  holder.innerHTML = html.trim();
  const banner = holder.content.querySelector('[data-revision]');
  if (!banner) {
    tell(form.dataset.failed);
    return;
  }
  stopped = true;
  conflict.replaceChildren(banner);
  offerToKeep();
  tell(form.dataset.unsaved);
  conflict.scrollIntoView({ block: 'nearest' });
}

function offerToKeep() {
  const banner = conflict?.querySelector('[data-revision]');
  const keep = banner?.querySelector('[data-autosave-keep]');
  if (!keep) return;
  stopped = true;
  keep.hidden = false;
  form.elements.revision.value = banner.dataset.revision;
  keep.addEventListener('click', () => {
    banner.remove();
    stopped = false;
    dirty = true;
    form.querySelector('input:not([type="hidden"]), select, textarea')?.focus();
    save();
  });
}

if (form) {
  form.addEventListener('input', (event) => {
    if (event.target.type === 'file') return;
    dirty = true;
    tell(form.dataset.unsaved);
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!flying) return;
    event.preventDefault(); // what is on its way carries the revision that this needs
    flying.finally(() => form.requestSubmit(event.submitter));
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save();
  });
  offerToKeep();
}
