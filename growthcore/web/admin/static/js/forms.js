// A form is sent once: its buttons rest until the answer is there. Enter that ends the composition of
// a Hangul syllable is no wish to send.
const resting = new WeakMap();

function rest(form, submitter) {
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = true;
  const busy = submitter?.dataset.busy;
  if (!busy) return;
  resting.set(submitter, submitter.textContent);
  submitter.textContent = busy;
}

function wake(form) {
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.disabled = button.hasAttribute("data-held");
    if (resting.has(button)) button.textContent = resting.get(button);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.isComposing) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-many")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "1";
  // Later, so that the pressed button's own value is still sent.
  setTimeout(() => rest(form, event.submitter), 0);
}, true);
const done = (form) => {
  delete form.dataset.sending;
  wake(form);
};
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form?.dataset.sending) done(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(done));
