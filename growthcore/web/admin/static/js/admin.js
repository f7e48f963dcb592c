// What every page needs. Elements start by themselves, also when htmx puts them in later.
import "./gc-toasts.js";
import "./gc-copy.js";
import "./gc-search.js";
import "./segments/gc-segment-builder.js";
import "./gc-summary.js";
import "./gc-password.js";
import "./dialogs.js";
import "./forms.js";
import "./connection.js";
import "./gc-audience-count.js";
import "./gc-preview.js";
import "./gc-mail-frame.js";
import "./gc-var-picker.js";
