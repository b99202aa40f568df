// The list of API methods in the form of a token: search, only those checked, links to the API's documentation.

import { element, find } from "./dom.js";

const DOCUMENTATION = "https://docs.jelastic.com/api/#!/api/";
const SERVICE_NAMES = { nodegroup: "NodeGroup" };
let rows = [];

function documentation(method) {
  const [namespace, service, name] = method.split(".");
  const long = namespace === "env" ? "environment" : namespace;
  const written = SERVICE_NAMES[service] ?? service[0].toUpperCase() + service.slice(1);
  return `${DOCUMENTATION}${long}.${written}-method-${name}`;
}

/** Fill the list with method names; `form` holds the search field and the filter. */
export function fill(form, names) {
  rows = names.map((name) => {
    const box = element("input", { type: "checkbox", tabindex: "-1", onchange: () => narrow(form) });
    const page = { href: documentation(name), target: "_blank", rel: "noreferrer", tabindex: "-1" };
    const link = element("a", { ...page, "aria-label": `API Docs of ${name}` }, "API Docs");
    const item = element("li", { onfocusin: () => makeCurrent(item) }, element("label", {}, box, ` ${name}`), link);
    return { name, box, link, item };
  });
  find("method-rows").replaceChildren(...rows.map((row) => row.item));
}

/** Check these methods and no others; `fixed`: a person cannot change them. */
export function check(form, names, fixed) {
  const wanted = new Set(names);
  for (const row of rows) {
    row.box.checked = wanted.has(row.name);
    row.box.disabled = fixed;
  }
  narrow(form);
}

export const checked = () => rows.filter((row) => row.box.checked).map((row) => row.name);

/** Show the methods that the search and the filter leave. */
export function narrow(form) {
  const wanted = form.elements.search.value.trim().toLowerCase();
  const only = form.elements.only.checked;
  for (const row of rows) {
    row.item.hidden = !row.name.toLowerCase().includes(wanted) || (only && !row.box.checked && row.box !== document.activeElement);
  }
  const shown = visible();
  find("methods-count").textContent = `${shown.length} shown, ${checked().length} checked`;
  if (shown.length && !shown.some((row) => row.box.tabIndex === 0)) makeCurrent(shown[0].item);
}

const visible = () => rows.filter((row) => !row.item.hidden);

// One row takes part in the order of Tab; arrow keys go from row to row.
function makeCurrent(item) {
  for (const row of rows) row.box.tabIndex = row.link.tabIndex = row.item === item ? 0 : -1;
}

find("method-rows").addEventListener("keydown", (event) => {
  const shown = visible();
  const at = shown.findIndex((row) => row.item.contains(document.activeElement));
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
  if (next === undefined || !shown[next]) return;
  event.preventDefault();
  (shown[next].box.disabled ? shown[next].link : shown[next].box).focus();
});
