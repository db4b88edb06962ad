// Lets the browser ask a security key what the portal wrote into a form, and sends the answer with it.
// Without this, or without a device, the code of an authenticator app signs in as before.
"use strict";

const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const described = (list) => (list || []).map((key) => ({ ...key, id: fromText(key.id) }));

async function answerOf(form) {
  const asked = JSON.parse(form.dataset.securityKey);
  asked.challenge = fromText(asked.challenge);
  if (asked.user) {
    asked.user.id = fromText(asked.user.id);
    asked.excludeCredentials = described(asked.excludeCredentials);
    return navigator.credentials.create({ publicKey: asked });
  }
  asked.allowCredentials = described(asked.allowCredentials);
  return navigator.credentials.get({ publicKey: asked });
}

function written(key) {
  const response = { clientDataJSON: toText(key.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[part]) response[part] = toText(key.response[part]);
  }
  return JSON.stringify({ id: key.id, rawId: toText(key.rawId), type: key.type, response });
}

for (const form of document.querySelectorAll("form[data-security-key]")) {
  const place = form.parentElement.querySelector("[data-without-keys]");
  if (!window.PublicKeyCredential || location.origin !== form.dataset.origin) continue;
  form.hidden = false;
  if (place) place.hidden = true;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    event.stopPropagation();
    const told = form.querySelector("[role=status]");
    told.hidden = false;
    try {
      form.elements.credential.value = written(await answerOf(form));
      form.requestSubmit();
    } catch {
      // Called off by the person, or no key of this account: the page says so and waits.
      told.textContent = form.dataset.refused;
    }
  });
}
