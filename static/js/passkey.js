// static/js/passkey.js — asks the device for a passkey or security key; without it, the page's other ways remain.
const fromText = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const withBytes = (credentials = []) => credentials.map((credential) => ({ ...credential, id: fromText(credential.id) }));

async function optionsOf(form) {
  if (form.dataset.passkeyOptions) return JSON.parse(form.dataset.passkeyOptions).publicKey;
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`No question for the key: ${response.status}`);
  return (await response.json()).request_options.publicKey;
}

function create(options, form) {
  const selection = { ...options.authenticatorSelection };
  const isPasskey = form.elements.passwordless?.checked;
  selection.residentKey = isPasskey ? "required" : "discouraged";
  selection.requireResidentKey = Boolean(isPasskey);
  if (isPasskey) selection.userVerification = "required";
  return navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: fromText(options.challenge),
      user: { ...options.user, id: fromText(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
      authenticatorSelection: selection,
    },
  });
}

function get(options) {
  return navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: fromText(options.challenge),
      allowCredentials: withBytes(options.allowCredentials),
    },
  });
}

// What the server reads. Source: Web Authentication Level 3, RegistrationResponseJSON and AuthenticationResponseJSON.
function asPlain(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function ask(form) {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const options = await optionsOf(form);
    const credential = form.dataset.passkey === "create" ? await create(options, form) : await get(options);
    form.elements.credential.value = JSON.stringify(asPlain(credential));
    form.submit();
  } catch {
    failed.hidden = false; // refused, timed out, or this key is known already: one answer, try again
  }
}

if (window.PublicKeyCredential)
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.querySelector("[data-passkey-unavailable]").hidden = true;
    form.querySelector("[data-passkey-offer]").hidden = false;
    form.querySelector("[data-passkey-start]").addEventListener("click", () => ask(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault(); // Enter in the name field
      ask(form);
    });
  }
