// What htmx leaves to the page: focus, announcements, local times, downloads, and a word when an answer fails.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let title = document.title;
  let redrawing = false; // htmx has put focus back to the select that asked for it
  const openers = new WeakMap(); // gate -> the control that opened its prompt
  const alerts = new WeakMap(); // source of a request -> the message beside it
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
    (opener?.isConnected ? opener : gate?.querySelector(".gate-control :is([type=submit], a[href])"))?.focus();
  };

  const on = (name, act) => document.addEventListener(name, act);

  on("htmx:before:request", ({ detail: { ctx } }) => {
    const source = ctx.sourceElement;
    alerts.get(source)?.remove();
    redrawing = ctx.request.submitter?.name === "prompt.redraw";
    const gate = source.closest(".gate-control")?.parentNode;
    if (gate) openers.set(gate, ctx.request.submitter ?? source);
  });

  // Focus is set once the content stands, and after htmx has put it back to an input of the same id.
  on("htmx:after:settle", ({ target, detail: { newContent } }) => {
    each(newContent, "time[data-local]", tellTime);
    each(newContent, "[data-announce]", (node) => say(node.dataset.announce));
    if (!redrawing) {
      let wanted;
      each(newContent, "[data-focus]", (node) => (wanted ??= node));
      if (wanted) wanted.focus();
      else if (target.matches?.(".prompt-slot:not(:has(*))")) giveBack(target);
    }
    each(newContent, "a[data-follow]", (link) => link.click());
  });

  // A fragment that brings no title gives the page its own title back ("Error: ..." must not outlive the error).
  on("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.swap === "none") return;
    if (!ctx.title) document.title = title;
    else if (ctx.push || ctx.hx?.pushurl) title = ctx.title;
  });

  // An error page is not swapped into the middle of this one: its words are said beside the form, which keeps what was typed.
  on("htmx:response:error", ({ detail: { ctx } }) => {
    const page = new DOMParser().parseFromString(ctx.text, "text/html").querySelector("[data-error]");
    if (!page && ctx.response.status < 500) return;
    ctx.swap = "none";
    complain(ctx.sourceElement, page?.dataset.error);
  });
  on("htmx:error", ({ detail: { ctx } }) => ctx?.sourceElement?.isConnected && complain(ctx.sourceElement));

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

  // The country of an address redraws its form: the last choice wins over an answer that is still under way.
  on("change", ({ target }) => {
    const button = target.matches("[data-redraws]") && target.closest(".field").querySelector(".redraw");
    if (!button) return;
    const { form } = button;
    const sync = form.getAttribute("data-hx-sync");
    form.setAttribute("data-hx-sync", "this:replace");
    form.requestSubmit(button);
    form.setAttribute("data-hx-sync", sync ?? "this:drop");
  });

  each([document], "time[data-local]", tellTime);
  document.querySelector(".error-summary")?.focus();
})();
