// What happens in a panel of native controls is sent to the server as one event of the panel, `desk`, with [name, value]; what is sent
// while somebody drags or types is `desklive`. Nothing is evaluated here, so that the pages run without 'unsafe-eval'.
"use strict";

function tell(control, kind, name, value) {
  control.closest("[data-panel]")?.dispatchEvent(new CustomEvent(kind, { detail: [name, value] }));
}

async function valueOf(control) {
  if (control.type === "file") {
    const file = control.files[0];
    if (!file) return null;
    return file.size > 1000000 ? { too_large: file.size } : { name: file.name, text: await file.text() };
  }
  if (control.multiple) return [...control.selectedOptions].map((o) => o.value);
  return control.type === "checkbox" ? control.checked : control.value;
}

async function changed(event) {
  const control = event.target;
  if (!control.name || !control.closest("[data-panel]")) return;
  if (control.type === "range" && control.nextElementSibling?.tagName === "OUTPUT") {
    const said = `${control.value} ${control.dataset.unit}`;
    control.nextElementSibling.value = said;
    control.setAttribute("aria-valuetext", said);
  }
  const value = await valueOf(control);
  if (value !== null) tell(control, event.type === "input" ? "desklive" : "desk", control.name, value);
}

document.addEventListener("change", changed);
document.addEventListener("input", changed);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name]");
  if (!button || button.disabled) return;
  if (button.name !== "share") return tell(button, "desk", button.name, button.value);
  // Browsers give the clipboard to pages of this machine and to those that came by TLS only.
  const copied = navigator.clipboard?.writeText(location.href) ?? Promise.reject(new Error("no clipboard"));
  copied.then(
    () => tell(button, "desk", "share", "copied"),
    () => tell(button, "desk", "share", ""),
  );
});

// A panel that is drawn anew keeps the place of whoever works in it: the focus goes to the control of the same name.
let last = null;
document.addEventListener("focusin", (event) => {
  last = event.target.name ? event.target : null;
});
new MutationObserver(() => {
  if (!last || last.isConnected || document.activeElement !== document.body) return;
  const { name, value, tagName, selectionStart, selectionEnd } = last;
  const same = [...document.getElementsByName(name)].filter((x) => x.tagName === tagName);
  const found = same.find((x) => tagName !== "BUTTON" || x.value === value) ?? same[0];
  last = null;
  if (!found || found.disabled) return;
  found.focus({ preventScroll: true });
  if (typeof selectionStart === "number" && typeof found.selectionStart === "number") {
    found.setSelectionRange(selectionStart, selectionEnd);
  }
}).observe(document, { childList: true, subtree: true });
