// Small helpers to build and find parts of the page. Text is never parsed as HTML.

export const find = (id) => document.getElementById(id);

/** Make an element: attributes, `onclick` and the like, then children (texts or elements; null is left out). */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (typeof value === "boolean") made.toggleAttribute(key, value);
    else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Show a failure at the bottom of the window; an empty text removes it. */
export function tell(text) {
  find("message").textContent = text;
}

/** Call a function when a form is sent; a failure stands in the form. While the call runs, no second one starts. */
export function onSubmit(form, act) {
  let running = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (running) return;
    running = true;
    const error = form.querySelector(".error");
    if (error) error.textContent = "";
    tell("");
    try {
      await act(new FormData(form));
    } catch (failure) {
      if (error) error.textContent = failure.message;
      else tell(failure.message);
    } finally {
      running = false;
    }
  });
}

/** Call an asynchronous function for a click; a failure is shown at the bottom of the window. */
export function onClick(button, act) {
  button.addEventListener("click", async () => {
    tell("");
    try {
      await act();
    } catch (failure) {
      tell(failure.message);
    }
  });
}

/** Close a dialog by its buttons of the class `close`, and forget what was typed when it closes in any way. */
export function prepareDialog(dialog, forget = () => {}) {
  for (const button of dialog.querySelectorAll(".close")) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.querySelector("form")?.reset();
    for (const error of dialog.querySelectorAll(".error")) error.textContent = "";
    forget();
  });
}

/** A loader that runs once at a time: a call during a run makes one more run after it. */
export function onceAtATime(load) {
  let running = null;
  let again = false;
  return function run() {
    again = running !== null;
    running ??= load().finally(() => {
      running = null;
      if (again) run().catch((failure) => tell(failure.message));
    });
    return running;
  };
}

/** Pages of rows, so that long lists show at once. `show(rows)` draws the rows of one page. */
export class Pages {
  constructor(pager, size, noun, show) {
    Object.assign(this, { size, noun, show, rows: [], page: 0 });
    this.range = element("span");
    this.back = element("button", { type: "button", onclick: () => this.turn(-1) }, "Previous");
    this.forth = element("button", { type: "button", onclick: () => this.turn(1) }, "Next");
    pager.append(this.range, this.back, this.forth);
  }

  /** No rows, and nothing said about them, until they are loaded. */
  clear() {
    this.set([]);
    this.range.textContent = "";
  }

  set(rows) {
    this.rows = rows;
    this.turn(0);
  }

  turn(step) {
    const last = Math.max(0, Math.ceil(this.rows.length / this.size) - 1);
    this.page = Math.min(Math.max(0, this.page + step), last);
    const start = this.page * this.size;
    const shown = this.rows.slice(start, start + this.size);
    this.range.textContent = shown.length
      ? `${start + 1}-${start + shown.length} of ${this.rows.length} ${this.noun}`
      : `No ${this.noun}`;
    this.back.disabled = this.page === 0;
    this.forth.disabled = this.page === last;
    this.show(shown);
  }
}
