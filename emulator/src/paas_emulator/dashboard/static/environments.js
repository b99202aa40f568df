// Environments: a list with start and stop, and the layers and nodes of the one that is open.

import { call } from "./api.js";
import { element, find, onceAtATime, onClick, Pages, tell } from "./dom.js";

const STATUSES = {
  1: "Running", 2: "Stopped", 3: "Launching", 4: "Sleeping", 5: "Unknown", 6: "Creating", 7: "Cloning", 8: "Not existing",
  9: "Exporting", 10: "Migrating", 11: "Broken", 12: "Updating", 13: "Stopping", 14: "Going to sleep", 15: "Restoring",
  1001: "Deleting",
};
const ACTIONS = { 1: ["Stop", "StopEnv"], 2: ["Start", "StartEnv"], 4: ["Start", "StartEnv"] };
const busy = new Set(); // names of environments that a call of this page is about
const ROWS = 50;

let all = [];
let open = null; // name of the environment whose layers are shown
let details = null;
const pages = new Pages(find("environments-pager"), ROWS, "environments", draw);

export const load = onceAtATime(async () => {
  const answer = await call("environment.control.GetBasicEnvsInfo");
  all = answer.infos.map((info) => info.env);
  if (open !== null && !all.some((env) => env.envName === open)) open = null;
  details = open === null ? null : await call("environment.control.GetEnvInfo", { envName: open });
  filter();
});

/** Forget the account's data. */
export function forget() {
  all = [];
  open = details = null;
  pages.clear();
}

function filter() {
  const wanted = find("environments-filter").value.trim().toLowerCase();
  const fits = (env) => `${env.envName} ${env.displayName ?? ""}`.toLowerCase().includes(wanted);
  pages.set(wanted ? all.filter(fits) : all);
}

function draw(shown) {
  const rows = find("environments-rows");
  const focused = rows.contains(document.activeElement) ? document.activeElement.id : null;
  rows.replaceChildren(...shown.flatMap((env) => (env.envName === open ? [row(env), detailRow()] : [row(env)])));
  if (focused) find(focused)?.focus();
}

function statusCell(status) {
  return element("td", { class: `status-${status}` }, STATUSES[status] ?? `Status ${status}`);
}

function row(env) {
  const toggle = { type: "button", class: "link", id: `open-${env.envName}`, "aria-expanded": String(env.envName === open) };
  const alias = env.displayName ? ` (${env.displayName})` : "";
  return element(
    "tr", {},
    element("td", { class: "long" }, element("button", { ...toggle, onclick: () => turn(env.envName) }, env.envName), alias),
    statusCell(env.status),
    element("td", {}, env.hostGroup?.displayName ?? env.hardwareNodeGroup ?? ""),
    element("td", {}, action(env)),
  );
}

function action(env) {
  const [word, method] = ACTIONS[env.status] ?? ["Start", null];
  // One button for all statuses, and not disabled: the focus stays on it when the status changes.
  const attributes = { type: "button", id: `action-${env.envName}`, "aria-label": `${word} ${env.envName}` };
  const button = element("button", { ...attributes, "aria-disabled": method ? null : "true" }, word);
  onClick(button, async () => {
    if (!method || busy.has(env.envName)) return;
    busy.add(env.envName);
    try {
      await call(`environment.control.${method}`, { envName: env.envName });
    } finally {
      busy.delete(env.envName);
    }
  });
  return button;
}

async function turn(name) {
  open = name === open ? null : name;
  tell("");
  try {
    await load();
  } catch (failure) {
    tell(failure.message);
  }
}

function detailRow() {
  const layers = (details?.nodeGroups ?? []).map((layer) => {
    const nodes = details.nodes.filter((node) => node.nodeGroup === layer.name);
    return element(
      "tr", {},
      element("td", {}, layer.name, layer.displayName ? ` (${layer.displayName})` : ""),
      element("td", {}, nodes[0] ? `${nodes[0].name}${nodes[0].version ? `:${nodes[0].version}` : ""}` : ""),
      element("td", {}, element("ul", {}, ...nodes.map(nodeLine))),
    );
  });
  const head = element("tr", {}, ...["Layer", "Stack", "Nodes"].map((text) => element("th", { scope: "col" }, text)));
  const label = { "aria-label": `Layers of ${open}` };
  const domain = element("p", {}, details?.env.domain ?? "");
  const table = element("table", label, element("thead", {}, head), element("tbody", {}, ...layers));
  return element("tr", { class: "details" }, element("td", { colspan: "4" }, domain, table));
}

function nodeLine(node) {
  const cloudlets = `${node.fixedCloudlets} fixed, ${node.flexibleCloudlets} flexible cloudlets`;
  const addresses = [node.intIP, ...(node.extIPs ?? [])].filter(Boolean).join(", ");
  const text = `Node ID ${node.id}: ${STATUSES[node.status] ?? node.status}; ${addresses}; ${cloudlets}`;
  return element("li", {}, node.ismaster ? `${text}; master` : text);
}

find("environments-filter").addEventListener("input", () => {
  pages.page = 0;
  filter();
});
onClick(find("environments-refresh"), load);
