// What htmx leaves to the page: focus, announcements, local times, downloads, and a word when an answer fails.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let title = document.title;
  let redrawing = false; // htmx has put focus back to the select that asked for it
  const openers = new WeakMap(); // gate -> the control that opened its prompt
  const alerts = new WeakMap(); // source of a request -> the message beside it
  const syncs = new WeakMap(); // form that may be redrawn -> how it treats a second request else
  const sent = new WeakMap(); // form -> what its controls held when its redrawing was asked for
  let late; // what was put in since, while the answer is swapped in
  const isRedraw = ({ request }) => request.submitter?.name === "_asklater.redraw";
  const isTicked = ({ type }) => type === "checkbox" || type === "radio";
  const each = (nodes, selector, act) => {
    for (const node of nodes) {
      if (node.matches?.(selector)) act(node);
      node.querySelectorAll?.(selector).forEach(act);
    }
  };

  const tellTime = (time) => {
    const style = { dateStyle: "medium" };
    if (time.dataset.local !== "date") style.timeStyle = "short";
    const moment = new Date(time.dateTime);
    if (isNaN(moment)) return;
    time.title ||= time.textContent.trim();
    time.textContent = new Intl.DateTimeFormat(root.lang || undefined, style).format(moment);
  };

  const say = (text) => {
    const status = document.getElementById("status");
    status.textContent = ""; // the same words twice are said twice
    setTimeout(() => (status.textContent = text), 60);
  };

  const complain = (source, words) => {
    const alert = document.createElement("p");
    alert.className = "notice notice-error";
    alert.setAttribute("role", "alert");
    source.after(alert);
    alert.textContent = words || document.getElementById("status").dataset.trouble;
    alerts.set(source, alert);
  };

  const giveBack = (slot) => {
    const gate = slot.closest(".gate");
    const opener = openers.get(gate);
    (opener?.isConnected ? opener : gate?.querySelector(".gate-control :is(button, a[href])"))?.focus();
  };

  const redraw = (form, button) => {
    if (!syncs.has(form)) syncs.set(form, form.getAttribute("data-hx-sync") ?? "this:drop");
    form.setAttribute("data-hx-sync", "this:replace");
    form.requestSubmit(button);
  };

  // A script that only some prompts need comes with the first of them.
  const load = ({ dataset: { script } }) => {
    if (document.querySelector(`script[src="${script}"]`)) return;
    document.head.append(Object.assign(document.createElement("script"), { src: script }));
  };

  const on = (name, act) => document.addEventListener(name, act);

  const begin = (source, submitter) => {
    alerts.get(source)?.remove();
    redrawing = isRedraw({ request: { submitter } }) && submitter.value !== "_asklater.recognise";
    if (!redrawing && syncs.has(source)) source.setAttribute("data-hx-sync", syncs.get(source));
    const gate = source.closest(".gate-control")?.parentNode;
    if (gate) openers.set(gate, submitter ?? source);
  };

  // The whole of what opened is to be seen, on a phone too; of what is higher than the screen its beginning.
  const bringIntoView = (wanted) => {
    wanted.focus();
    const opened = wanted.closest(".prompt");
    opened?.scrollIntoView({ block: opened.offsetHeight > innerHeight ? "start" : "nearest" });
  };

  // A prompt that stays open while the page around it changes carries what the action's own form holds by now, and is
  // drawn anew.
  const renew = (prompt) => {
    const form = prompt.querySelector("form");
    for (const { name, value } of prompt.closest(".gate").querySelector(".gate-control form")?.elements ?? [])
      if (form.elements[name]) form.elements[name].value = value;
    const button = document.createElement("button");
    Object.assign(button, { name: "_asklater.redraw", value: "1", hidden: true });
    form.append(button);
    redraw(form, button);
  };

  const settle = (target, newContent) => {
    each(newContent, "time[data-local]", tellTime);
    each(newContent, "[data-announce]", (node) => {
      say(node.dataset.announce);
      document.querySelector("[data-flashed]")?.remove(); // what the page said first is not so any more
    });
    const kept = newContent.flatMap((node) => [...(node.querySelectorAll?.(".gate .prompt") ?? [])]);
    if (!redrawing) {
      let wanted;
      each(newContent, "[data-focus]", (node) => {
        if (!kept.some((prompt) => prompt.contains(node))) wanted ??= document.getElementById(node.dataset.focus) ?? node;
      });
      if (wanted) bringIntoView(wanted);
      else if (target.matches?.(".prompt-slot:not(:has(*))")) giveBack(target);
    }
    kept.forEach(renew);
    each(newContent, "[data-script]", load);
    each(newContent, "a[data-follow]", (link) => link.click());
  };

  // An error page is not swapped into the middle of this one: its words are said beside the form, which keeps what was
  // typed. True where there was something to say.
  const fail = (source, status, text) => {
    const page = new DOMParser().parseFromString(text, "text/html").querySelector("[data-error]");
    if (!page && status < 500) return false;
    if (page?.dataset.token) each([document], "input[name=csrf_token]", (input) => (input.value = page.dataset.token));
    complain(source, page?.dataset.error);
    return true;
  };

  on("htmx:before:request", ({ detail: { ctx } }) => begin(ctx.sourceElement, ctx.request.submitter));

  // Focus is set once the content stands, and after htmx has put it back to an input of the same id.
  on("htmx:after:settle", ({ target, detail: { newContent } }) => settle(target, newContent));

  // A fragment that brings no title gives the page its own title back ("Error: ..." must not outlive the error).
  on("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.swap === "none") return;
    if (!ctx.title) document.title = title;
    else if (ctx.push || ctx.hx?.pushurl) title = ctx.title;
  });

  on("htmx:response:error", ({ detail: { ctx } }) => {
    if (fail(ctx.sourceElement, ctx.response.status, ctx.text)) ctx.swap = "none";
  });
  on("htmx:error", ({ detail: { ctx } }) => ctx?.sourceElement?.isConnected && complain(ctx.sourceElement));

  // htmx 2 tells of the same by events of other names: of settling at each new element, and of none in an emptied slot.
  on("htmx:beforeRequest", ({ detail: { elt, requestConfig } }) => begin(elt, requestConfig.triggeringEvent?.submitter));
  on("htmx:afterSettle", ({ target }) => settle(target, [target]));
  on("htmx:afterRequest", ({ detail: { target } }) => target && settle(target, []));
  on("htmx:responseError", ({ detail: { elt, xhr } }) => fail(elt, xhr.status, xhr.responseText));
  on("htmx:sendError", ({ detail: { elt } }) => elt.isConnected && complain(elt));

  // What was opened in place is closed by its button or by Escape; focus goes back to what opened it.
  const close = (opened) => {
    const place = opened.parentNode;
    opened.remove();
    document.querySelector(`[data-hx-target="#${place.id}"]`)?.focus();
  };
  on("click", ({ target }) => target.matches("[data-closes]") && close(target.closest("[data-opened]")));
  on("keydown", ({ key, target }) => {
    const opened = key === "Escape" && target.closest("section")?.querySelector("[data-opened]");
    if (opened) close(opened);
  });

  // The country of an address redraws its form: what is sent next, by another choice or by the form's own button, wins
  // over an answer that is still under way.
  on("change", ({ target }) => {
    const button = target.matches("[data-redraws]") && target.closest(".field").querySelector(".redraw");
    if (!button) return;
    redraw(button.form, button);
  });

  // What is put into a form while it is redrawn (by autofill, which waits for nobody, or by a quick typist on a slow
  // network) is carried into the new one; what that has no input for waits in it, hidden, for the next redrawing.
  const stateOf = (control) => (isTicked(control) ? control.checked : control.value);
  const labelOf = (select) => select.selectedOptions[0]?.text.trim() ?? "";
  const alike = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();
  const namesakes = (form, control) => [...form.elements].filter(({ name }) => name === control.name);

  const choose = (select, control) => {
    const isSelect = control.matches("select"); // whose values may mean something else in this one; its words do not
    const words = isSelect ? labelOf(control) : control.value;
    const options = [...select.options];
    const found = options.find(({ text }) => alike(text, words)) ?? options.find(({ value }) => !isSelect && alike(value, words));
    if (found) select.value = found.value;
  };

  // The server says neither files nor card numbers again.
  const isUnsaid = (form, control) => {
    if (control.type === "file") return control.files.length > 0;
    const isTyped = control.matches("textarea, input:not([type=hidden])") && !isTicked(control);
    return isTyped && control.value !== "" && namesakes(form, control)[0]?.value === "";
  };

  const carry = (form, control) => {
    const all = namesakes(form, control);
    const [first] = all;
    if (control.type === "file") {
      if (first?.type === "file" && control.files.length) first.files = control.files;
    } else if (isTicked(control)) {
      const same = all.find(({ value }) => value === control.value);
      if (same) same.checked = control.checked;
    } else if (!first) {
      const waiting = document.createElement("input");
      Object.assign(waiting, { type: "hidden", name: control.name, value: control.value });
      form.append(waiting);
    } else if (first.matches("select")) choose(first, control);
    else first.value = control.matches("select") && first.type !== "hidden" ? labelOf(control) : control.value;
  };

  document.addEventListener(
    "submit",
    ({ target, submitter }) => {
      if (submitter?.name !== "_asklater.redraw") return;
      sent.set(target, new Map([...target.elements].map((control) => [control, stateOf(control)])));
    },
    true, // before htmx takes the form's contents
  );

  on("htmx:before:swap", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    late = undefined;
    if (!isRedraw(ctx) || !sent.has(form)) return;
    const before = sent.get(form);
    const isLate = (control) => before.has(control) && before.get(control) !== stateOf(control);
    const active = form.contains(document.activeElement) ? document.activeElement : undefined;
    late = { controls: [...form.elements].filter(({ name }) => name), isLate, active };
    if (active?.selectionStart != null) late.caret = [active.selectionStart, active.selectionEnd];
  });

  on("htmx:before:settle", ({ detail: { newContent } }) => {
    if (!late) return;
    const { controls, isLate, active, caret } = late;
    each(newContent, "form", (form) => {
      late = undefined;
      for (const control of controls) if (isLate(control) || isUnsaid(form, control)) carry(form, control);
      if (!active?.name || active.type === "submit") return;
      const next = namesakes(form, active).find(({ type, value }) => type !== "hidden" && (!isTicked(active) || value === active.value));
      (next ?? form.querySelector("[data-redraws]"))?.focus();
      if (next && caret && next.selectionStart != null) next.setSelectionRange(...caret);
    });
  });

  on("click", ({ target }) => {
    const { fills } = target.dataset;
    if (fills) for (const [name, value] of new URLSearchParams(fills)) target.form.elements[name].value = value;
  });

  // Leading to an input is no step of the browser's history: Back would leave the page, and what was typed.
  on("click", (event) => {
    const link = event.target.closest?.(".error-list a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    control.focus();
  });

  each([document], "time[data-local]", tellTime);
  each([document], "[data-script]", load);
  document.querySelector(".error-summary")?.focus();
})();
