// What htmx could not fetch is said, so that nobody waits for an answer that never comes.
import { toast } from "./gc-toasts.js";

document.addEventListener("htmx:error", () => {
  toast(document.querySelector("gc-toasts").dataset.offline, "danger");
});
