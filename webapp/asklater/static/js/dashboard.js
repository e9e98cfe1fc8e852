// What the dashboard adds in a browser: filters that apply themselves, links to copy, words explained where they stand,
// values of charts, printing with one press, and charts as pictures.
(() => {
  const SCALE = 2; // device pixels to one of the page, so that text stays sharp
  const MARGIN = 16;
  const PRESENTATION = [
    ...["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"],
    ...["vector-effect", "font-family", "font-size", "text-anchor"],
  ];

  // A copy that looks the same without the style sheets of the page, as the address of an image.
  const standalone = (svg) => {
    const copy = svg.cloneNode(true);
    const copies = [copy, ...copy.querySelectorAll("*")];
    [svg, ...svg.querySelectorAll("*")].forEach((node, place) => {
      const style = getComputedStyle(node);
      for (const name of PRESENTATION) copies[place].setAttribute(name, style.getPropertyValue(name));
    });
    const { width, height } = svg.getBoundingClientRect();
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.setAttribute("overflow", "visible");
    return `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  };

  // Every word outside of the drawings with the place where it stands on the page, since lines may break.
  const words = (chart) => {
    const found = [];
    const texts = document.createTreeWalker(chart, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { currentNode: text } = texts;
      if (text.parentElement.closest("svg, button, .visually-hidden, details")) continue;
      for (const { 0: word, index } of text.data.matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const box = range.getBoundingClientRect();
        if (box.width) found.push({ word, box, style: getComputedStyle(text.parentElement) });
      }
    }
    return found;
  };

  const paint = async (chart, title) => {
    const frame = chart.getBoundingClientRect();
    const heading = getComputedStyle(title);
    const line = parseFloat(heading.fontSize) * 1.5;
    const canvas = document.createElement("canvas");
    canvas.width = SCALE * (frame.width + 2 * MARGIN);
    canvas.height = SCALE * (frame.height + line + 3 * MARGIN);
    const context = canvas.getContext("2d");
    context.scale(SCALE, SCALE);
    context.fillStyle = getComputedStyle(document.body).backgroundColor;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.textBaseline = "middle";
    const write = (text, style, x, y, width) => {
      context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      context.fillStyle = style.color;
      context.fillText(text, x, y, width);
    };
    write(title.textContent.trim(), heading, MARGIN, MARGIN + line / 2, frame.width);
    const left = MARGIN - frame.left;
    const top = 2 * MARGIN + line - frame.top;
    const drawings = [...chart.querySelectorAll("svg")].filter((svg) => !svg.parentElement.closest("svg"));
    for (const svg of drawings) {
      const box = svg.getBoundingClientRect();
      if (!box.width || !box.height) continue;
      const image = new Image(box.width * SCALE, box.height * SCALE);
      image.src = standalone(svg);
      await image.decode();
      context.drawImage(image, box.left + left, box.top + top, box.width, box.height);
    }
    for (const { word, box, style } of words(chart)) write(word, style, box.left + left, box.top + top + box.height / 2);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  const save = (blob, title) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${title.textContent.trim()}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  // Where the clipboard is not allowed, or takes no pictures, the picture is saved as a file.
  const copyPicture = async (button) => {
    const section = button.closest("section");
    const title = section.querySelector("h2");
    const picture = paint(section.querySelector("[data-chart]"), title);
    let said = button.dataset.copied;
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    } catch {
      save(await picture, title);
      said = button.dataset.saved;
    }
    button.firstElementChild.textContent = said;
    say(said);
  };

  const say = (text) => (document.getElementById("status").textContent = text);

  const copyLink = async (button) => {
    const link = new URL(document.querySelector("[data-link]")?.dataset.link ?? location.href, location.href);
    let said = button.dataset.copied;
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      history.replaceState(history.state, "", link);
      said = button.dataset.shown;
    }
    button.textContent = said;
    say(said);
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-print], [data-picture], [data-copy-link]");
    if (!button) return;
    if (button.matches("[data-print]")) window.print();
    else if (button.matches("[data-picture]")) copyPicture(button);
    else copyLink(button);
  });

  // The same page otherwise: sorted, narrowed, over other days. Focus, folds and the scrolled place stay.
  const canSwap = () => window.htmx?.version?.startsWith("4.");
  const change = (url, words) => {
    const source = document.getElementById("filters") ?? document.body;
    const how = { source, target: "main", select: "main", swap: "outerMorph", push: "true" };
    return window.htmx.ajax("GET", url, how).then(() => words && say(words));
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-in-place]");
    if (!link || !canSwap() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    change(link.href);
  });

  const addressOf = (form) => {
    const url = new URL(form.action, location.href);
    url.search = "";
    url.hash = "";
    for (const [name, value] of new FormData(form)) {
      if (value || form.elements[name].matches?.("input")) url.searchParams.append(name, value);
    }
    return url.href;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-applies]") || !canSwap()) return;
    event.preventDefault();
    change(addressOf(form), form.dataset.applies);
  });

  // A day that is being typed changes with each digit.
  const WAIT = { date: 900, checkbox: 300 };
  let waiting;
  document.addEventListener("change", ({ target }) => {
    const form = target.closest?.("form[data-applies]");
    if (!form || !canSwap()) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => form.isConnected && form.requestSubmit(), WAIT[target.type] ?? 0);
  });

  // A word of the glossary is explained where it stands.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#define-']");
    const meaning = link && document.getElementById(link.hash.slice(1));
    if (!meaning || !HTMLElement.prototype.showPopover) return;
    event.preventDefault();
    const note = document.createElement("div");
    note.className = "definition";
    note.popover = "auto";
    note.tabIndex = -1;
    note.append(...[...meaning.children].map((part) => Object.assign(document.createElement("p"), { textContent: part.textContent })));
    document.querySelector("main").append(note);
    note.addEventListener("toggle", ({ newState }) => {
      if (newState !== "closed") return;
      if (note.contains(document.activeElement) || document.activeElement === document.body) link.focus();
      note.remove();
    });
    note.showPopover();
    const word = link.getBoundingClientRect();
    const { width, height } = note.getBoundingClientRect();
    note.style.left = `${Math.max(0, Math.min(word.left, document.documentElement.clientWidth - width))}px`;
    note.style.top = `${word.bottom + height > innerHeight ? Math.max(0, word.top - height) : word.bottom}px`;
    note.focus();
  });

  // Values of a chart: where the pointer is, or where the arrow keys have led.
  const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity, End: Infinity };
  const tell = (values, place) => {
    const all = [...values.children];
    all.forEach((value, number) => value.classList.toggle("chart-here", number === place));
    const { value } = all[place].dataset;
    values.setAttribute("aria-valuenow", place + 1);
    values.setAttribute("aria-valuetext", value);
    values.closest("section").querySelector(".chart-value > span").textContent = value;
  };
  const placeOf = (values) => Number(values.getAttribute("aria-valuenow")) - 1;
  document.addEventListener("pointerover", ({ target }) => {
    const values = target.closest?.(".chart-values");
    if (values && target !== values) tell(values, [...values.children].indexOf(target));
  });
  document.addEventListener("focusin", ({ target }) => target.matches(".chart-values") && tell(target, placeOf(target)));
  document.addEventListener("keydown", (event) => {
    const values = event.target.closest?.(".chart-values");
    const step = STEPS[event.key];
    if (!values || !step) return;
    event.preventDefault();
    const mirrored = event.key.match(/Left|Right/) && document.dir === "rtl" ? -1 : 1;
    tell(values, Math.max(0, Math.min(values.children.length - 1, placeOf(values) + step * mirrored)));
  });
})();
