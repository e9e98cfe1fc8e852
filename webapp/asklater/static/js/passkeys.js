// Passkeys: the browser's own dialogue, between the button of a form and its POST.
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const answer = form.elements.credential;
  const alert = form.querySelector("[role=alert]");
  let busy = false;

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

  const ask = async () => {
    const options = JSON.parse(form.dataset.options);
    const creates = form.dataset.passkey === "create";
    const read = creates ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
    const publicKey = PublicKeyCredential[read]?.(options) ?? decoded(options);
    const made = await navigator.credentials[creates ? "create" : "get"]({ publicKey });
    return JSON.stringify(made.toJSON?.() ?? encoded(made));
  };

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
      answer.value = await ask();
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
