// The portal works without this. It keeps a second click from sending a form twice while the first
// one is on its way, and takes the eye to what went wrong.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button) button.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});

for (const select of document.querySelectorAll(".filters select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

const error = document.getElementById("error");
if (error) error.scrollIntoView({ block: "center" });

// On a narrow screen the tabs scroll in their own box: the open one is in sight.
const openTab = document.querySelector(".project-tabs [aria-current]");
if (openTab) openTab.parentElement.scrollLeft = openTab.offsetLeft - openTab.parentElement.offsetLeft - 24;

// An address from when everything of a project stood on one page: its part is on a tab of its own now.
const part = location.hash.slice(1);
for (const tab of part ? document.querySelectorAll("[data-moved]") : []) {
  const moved = tab.dataset.moved.split(" ").some((name) => part === name || (name.endsWith("-") && part.startsWith(name)));
  if (moved && !tab.hasAttribute("aria-current")) location.replace(tab.href + location.hash);
}

// A form that is saved as a draft while somebody types: a moment after they leave a field, and now and
// then while they write. Files are not part of a draft: they are kept as soon as they are sent.
const LATER = { change: 800, input: 10_000 };
for (const form of document.querySelectorAll("form[data-draft]")) {
  const state = document.getElementById("draft-state");
  let timer = 0;
  const save = async () => {
    const typed = new FormData(form);
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
    state.textContent = state.dataset.saving;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: typed, redirect: "error" });
      state.textContent = answer.ok ? (await answer.json()).saved : state.dataset.failed;
    } catch {
      state.textContent = state.dataset.failed;
      timer = setTimeout(save, LATER.input);
    }
  };
  for (const kind of Object.keys(LATER)) {
    form.addEventListener(kind, (event) => {
      if (event.target.type === "file" || (kind === "input" && timer)) return;
      clearTimeout(timer);
      timer = setTimeout(() => { timer = 0; save(); }, LATER[kind]);
    });
  }
  form.addEventListener("submit", () => clearTimeout(timer));
}

// Files dropped on the zone, or chosen in it, are sent at once.
for (const zone of document.querySelectorAll(".drop-zone")) {
  const input = zone.querySelector("input[type=file]");
  const send = () => input.files.length && input.form.requestSubmit(zone.querySelector("button"));
  input.addEventListener("change", send);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    input.files = event.dataTransfer.files;
    send();
  });
}

// Two minutes before the sign-in ends it is said, and where looking on prolongs it, one click does.
const ending = document.getElementById("session-ends");
if (ending) {
  const WARNED = 120;
  let timer = 0;
  const wait = ({ idle, end }) => {
    ending.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(() => {
      ending.hidden = false;
      document.getElementById("session-idle").hidden = end <= idle;
      document.getElementById("session-over").hidden = end > idle;
    }, Math.max(Math.min(idle, end) - WARNED, 0) * 1000);
  };
  ending.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch("/session", { redirect: "manual" });
    if (answer.ok) wait(await answer.json());
    else location.reload();
  });
  wait({ idle: Number(ending.dataset.idle), end: Number(ending.dataset.end) });
}

// Who has looked at a project for five seconds has seen what is new in it.
const read = document.querySelector("form[data-seen]");
if (read) setTimeout(() => fetch(read.action, { method: "POST", body: new FormData(read), redirect: "manual" }).catch(() => {}), 5000);

// The key / leads to the search, wherever nothing is being typed.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.querySelector(".search input");
  if (event.key !== "/" || typing || !search || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
});
