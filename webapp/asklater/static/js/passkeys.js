// Passkeys: the browser's own dialogue, between the button of a form and its POST.
(() => {
  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  // For browsers that read and write no JSON of passkeys themselves.
  const decoded = (options) => {
    const named = (list) => (list ?? []).map((known) => ({ ...known, id: toBytes(known.id) }));
    const bytes = { ...options, challenge: toBytes(options.challenge) };
    if (options.user) bytes.user = { ...options.user, id: toBytes(options.user.id) };
    if (options.excludeCredentials) bytes.excludeCredentials = named(options.excludeCredentials);
    if (options.allowCredentials) bytes.allowCredentials = named(options.allowCredentials);
    return bytes;
  };
  const encoded = ({ id, rawId, type, authenticatorAttachment, response }) => {
    const part = (name) => (response[name] ? { [name]: toText(response[name]) } : {});
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].map(part);
    const transports = response.getTransports ? { transports: response.getTransports() } : {};
    return {
      id,
      type,
      rawId: toText(rawId),
      authenticatorAttachment: authenticatorAttachment ?? undefined,
      response: Object.assign(transports, ...parts),
    };
  };

  const ask = async (options, creates, more) => {
    const read = creates ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
    const publicKey = PublicKeyCredential[read]?.(options) ?? decoded(options);
    const made = await navigator.credentials[creates ? "create" : "get"]({ publicKey, ...more });
    return JSON.stringify(made.toJSON?.() ?? encoded(made));
  };

  // In a prompt, one press shows a passkey, or a choice from the browser's own list beside the address; the prompt goes
  // on by itself then. Where that is not to be had, the button leads to the page for it.
  let waiting; // for a choice from the list: one at a time, and not while the button is pressed
  const show = async (button, mediation) => {
    waiting?.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    const options = await (await fetch(button.dataset.passkeyOptions, { signal })).json();
    const shown = document.createElement("input");
    Object.assign(shown, { type: "hidden", name: "_asklater.shown" });
    shown.value = await ask(options, false, { mediation, signal });
    const { form } = button;
    form.append(shown);
    form.requestSubmit(button);
    shown.remove();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-passkey-options]");
    if (!button || !window.PublicKeyCredential) return;
    event.preventDefault();
    show(button, "optional").catch(({ name }) => name === "NotAllowedError" || button.form.requestSubmit(button));
  });

  const offer = async () => {
    const button = document.querySelector("[data-passkey-options]");
    const email = button?.form.querySelector("[type=email]");
    if (!email || email.matches("[autocomplete~=webauthn]")) return;
    if (!(await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
    email.autocomplete += " webauthn";
    show(button, "conditional").catch(() => {}); // nothing was chosen, which is no fault
  };
  document.addEventListener("htmx:after:settle", offer);
  offer();

  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const answer = form.elements.credential;
  const alert = form.querySelector("[role=alert]");
  let busy = false;

  const complain = (words) => {
    const line = document.createElement("p");
    line.className = "notice notice-error";
    line.textContent = words;
    alert.replaceChildren(line);
  };
  const why = ({ name }) =>
    ({
      NotAllowedError: form.dataset.cancelled,
      AbortError: form.dataset.cancelled,
      InvalidStateError: form.dataset.known,
      SecurityError: form.dataset.unsupported,
      NotSupportedError: form.dataset.unsupported,
    })[name] ?? form.dataset.failed;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    if (!window.PublicKeyCredential || !navigator.credentials) {
      complain(form.dataset.unsupported);
      return;
    }
    busy = true;
    alert.replaceChildren();
    try {
      answer.value = await ask(JSON.parse(form.dataset.options), form.dataset.passkey === "create");
      form.submit();
    } catch (error) {
      complain(why(error));
      busy = false;
    }
  });

  // Back from the next page, the answer of before is used up.
  window.addEventListener("pageshow", () => {
    answer.value = "";
    busy = false;
  });
  form.querySelector("[data-needs-script]").hidden = false;
})();
