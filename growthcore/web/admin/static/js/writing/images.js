// Choose an image that is there, or upload one; resolves to its address.
import { fresh, make } from "../segments/dom.js";

export async function chooseImage(host, context) {
  const { words, catalogue } = context;
  const title = fresh("image");
  const file = fresh("file");
  const problem = make("p", { class: "invalid-feedback d-block", role: "alert" });
  const grid = make("div", { class: "gc-image-grid" });
  const upload = make("input", { id: file, class: "form-control", type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", onchange: () => send() });
  const dialog = make("dialog", { class: "gc-dialog gc-dialog-wide", "aria-labelledby": title },
    make("h2", { id: title }, words.image),
    make("label", { class: "form-label", for: file }, words.upload), upload,
    make("p", { class: "form-hint" }, words.limits), problem, grid,
    make("div", { class: "gc-dialog-buttons" }, make("button", { type: "button", class: "btn", onclick: () => dialog.close() }, words.close)));
  const send = async () => {
    const body = new FormData();
    body.append("file", upload.files[0]);
    const response = await fetch(catalogue.upload, { method: "POST", body, headers: { Accept: "application/json" } });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) dialog.close(answer.url);
    else problem.textContent = Object.values(answer.errors ?? { file: words.failed }).join(" ");
  };
  host.append(dialog);
  const response = await fetch(catalogue.images);
  const images = response.ok ? await response.json() : [];
  grid.append(...(images.length ? images.map((each) => make("button", {
    type: "button", class: "gc-image-choice", onclick: () => dialog.close(each.url),
  }, make("img", { src: each.path, alt: "", loading: "lazy" }), make("span", {}, each.name))) : [make("p", { class: "text-secondary" }, words.noImages)]));
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}
