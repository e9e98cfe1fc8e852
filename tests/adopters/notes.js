"use strict";

const note = document.querySelector("#note");
const prompt = document.querySelector("#prompt");
const status = document.querySelector("#status");
const notes = document.querySelector("#notes");
let asked = null;

function made(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function send(body) {
  const { csrf_token, header } = await (await fetch("/ask/csrf-token")).json();
  const answer = await fetch("/notes", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", [header]: csrf_token },
    body: JSON.stringify(body),
  });
  return { ok: answer.ok, document: await answer.json() };
}

function control(field, input) {
  if (!input.options) {
    return made("input", { name: field.field, type: input.type });
  }
  const options = input.options.map((option) => made("option", { value: option.value }, option.label));
  return made("select", { name: field.field }, made("option", { value: "" }, "Choose one"), ...options);
}

function ask(problem) {
  asked = problem;
  const fields = asked.missing.map((field) => {
    const told = [field.reason, ...Object.values(field.errors ?? {})].join(" ");
    return made("p", {}, made("label", {}, `${field.label} `, control(field, field.inputs[0])), ` ${told}`);
  });
  prompt.replaceChildren(made("h2", {}, asked.detail), ...fields, made("button", {}, "Save and pin"));
  prompt.hidden = false;
  prompt.querySelector("input, select").focus();
}

async function attempt(answers) {
  const carried = answers ? { _asklater: { prompt: asked.prompt, answers } } : {};
  const { ok, document: said } = await send({ text: note.elements.text.value, ...carried });
  if (!ok && !said.missing) {
    status.textContent = said.detail ?? said.title;
  } else if (!ok) {
    ask(said);
  } else {
    prompt.hidden = true;
    note.reset();
    status.textContent = "Pinned.";
    notes.replaceChildren(...said.notes.map((it) => made("li", {}, `${it.text} (${it.by}, ${it.of})`)));
  }
}

note.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(null);
});
prompt.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = asked.missing.map((field) => [field.field, prompt.elements[field.field].value]);
  attempt(Object.fromEntries(typed));
});
