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
