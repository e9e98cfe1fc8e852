// What the dashboard adds in a browser: printing with one press, and charts as pictures.
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
    document.getElementById("status").textContent = said;
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-print], [data-picture]");
    if (!button) return;
    if (button.matches("[data-print]")) window.print();
    else copyPicture(button);
  });
})();
