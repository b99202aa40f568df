// Clock, faults and switches of the emulator.

import { control } from "./api.js";
import { element, find, onClick, onSubmit, tell } from "./dom.js";

let faults = [];
let switches = "";

/** Show what an answer of `changes` says; null: the control path is closed to this page. */
export function take(answer) {
  find("controls-closed").hidden = answer !== null;
  find("controls-open").hidden = answer === null;
  if (answer === null) return;
  find("clock-now").textContent = answer.clock.now;
  find("clock-shift").textContent = answer.clock.shift;
  if (JSON.stringify(faults) !== JSON.stringify(answer.faults) || !find("fault-rows").hasChildNodes()) {
    faults = answer.faults;
    const rows = faults.map((fault) => element("li", {}, faultLine(fault)));
    find("fault-rows").replaceChildren(...(rows.length ? rows : [element("li", {}, "No faults")]));
  }
  // What somebody types is not replaced until the value has really changed.
  if (switches !== JSON.stringify(answer.switches)) {
    switches = JSON.stringify(answer.switches);
    drawSwitches(answer.switches);
  }
}

function faultLine({ method, kind, times, ...rest }) {
  const details = Object.entries(rest).map(([name, value]) => `, ${name} ${value}`);
  return `${method}: ${kind}, ${times ? `${times} left` : "always"}${details.join("")}`;
}

function drawSwitches(values) {
  const focused = find("switch-form").contains(document.activeElement) ? document.activeElement.name : null;
  find("switch-form").replaceChildren(...Object.entries(values).map(([name, value]) => switchLine(name, value)));
  if (focused) find("switch-form").elements[focused]?.focus();
}

function switchLine(name, value) {
  if (typeof value === "boolean") {
    const box = element("input", { type: "checkbox", name, checked: value, onchange: () => set(name, box.checked) });
    return element("label", { class: "check" }, box, ` ${name}`);
  }
  if (name === "delete_confirm") {
    const select = find("delete-confirm").content.firstElementChild.cloneNode(true);
    select.name = name;
    select.value = value;
    select.addEventListener("change", () => set(name, select.value));
    return element("label", {}, name, select);
  }
  const attributes = { type: "number", min: "0", step: "any", name, value: value === null ? "" : String(value) };
  const field = element("input", { ...attributes, onchange: () => set(name, field.value === "" ? null : Number(field.value)) });
  return element("label", {}, `${name} (seconds, empty = off)`, field);
}

async function set(name, value) {
  tell("");
  try {
    await control("PUT", "switches", { [name]: value });
  } catch (failure) {
    tell(failure.message);
  }
}

find("switch-form").addEventListener("submit", (event) => event.preventDefault());
onSubmit(find("clock-form"), (form) => control("PUT", "clock", { shift: form.get("shift") }));
onClick(find("clock-real"), () => control("PUT", "clock", { shift: 0 }));
onSubmit(find("fault-form"), (form) => {
  const added = { method: form.get("method"), kind: form.get("kind"), times: Number(form.get("times")) };
  return control("PUT", "faults", [...faults, added]);
});
onClick(find("fault-remove"), () => control("PUT", "faults", []));
