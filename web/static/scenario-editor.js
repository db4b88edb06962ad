// The editor works without this: the button checks. Here the text is checked while it is written,
// line numbers follow it, and a finding or a box leads to its line.
"use strict";

const form = document.getElementById("editor");
const source = document.getElementById("text");
const pane = document.getElementById("pane");
const numbers = document.getElementById("numbers");
const checking = document.getElementById("checking");
const PAUSE = 450;
let saved = form.dataset.unsaved ? null : source.value;
let marked = {};
let timer = 0;
let running = null;

for (const [index, line] of [...numbers.children].entries()) {
  if (line.className) marked[index + 1] = line.className.replace("marked-", "");
}

function number() {
  const count = source.value.split("\n").length;
  while (numbers.childElementCount > count) numbers.lastChild.remove();
  while (numbers.childElementCount < count) {
    const line = document.createElement("li");
    line.id = `L${numbers.childElementCount + 1}`;
    numbers.append(line);
  }
  source.rows = count + 1;
  [...numbers.children].forEach((line, index) => {
    const severity = marked[index + 1];
    line.className = severity ? `marked-${severity}` : "";
  });
}

async function check() {
  running?.abort();
  running = new AbortController();
  checking.textContent = checking.dataset.busy;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.check, { method: "POST", body, signal: running.signal });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const told = await answer.json();
    document.getElementById("findings").innerHTML = told.findings;
    document.getElementById("picture").innerHTML = told.drawing;
    marked = told.lines;
    number();
    checking.textContent = "";
  } catch (fault) {
    if (fault.name !== "AbortError") checking.textContent = checking.dataset.failed;
  }
}

function select(line) {
  const lines = source.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  source.focus({ preventScroll: true });
  source.setSelectionRange(start, start + (lines[line - 1] || "").length);
  const place = document.getElementById(`L${line}`);
  if (place) pane.scrollTop = place.offsetTop - pane.clientHeight / 3;
  pane.scrollIntoView({ block: "nearest" });
}

source.addEventListener("input", () => {
  number();
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const address = link?.getAttribute("href") || "";
  if (!/^#L\d+$/.test(address)) return;
  event.preventDefault();
  select(Number(address.slice(2)));
});

form.addEventListener("submit", () => { saved = source.value; });
window.addEventListener("beforeunload", (event) => {
  if (source.value !== saved) event.preventDefault();
});
number();
