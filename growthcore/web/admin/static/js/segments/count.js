// The live count: asked 400 ms after the last change; an answer that has been overtaken is dropped, and
// the old number stays, greyed, until the new one is there.
import { make } from "./dom.js";

const PAUSE = 400;

export class LiveCount {
  #timer;
  #asked = 0;
  #running;

  constructor(url, words, onErrors) {
    Object.assign(this, { url, words, onErrors });
    this.number = make("strong", { class: "gc-count-number" });
    this.rest = make("div", { class: "gc-count-rest" });
    this.status = make("p", { class: "visually-hidden", role: "status" });
    this.element = make("section", { class: "gc-count", "aria-label": words.audience },
      make("span", { class: "gc-count-label" }, words.audience), this.number, this.rest, this.status);
    this.#tell(words.empty);
  }

  later(definition, complete) {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#running?.abort();
    this.onErrors({});
    if (!definition) return this.#tell(this.words.empty);
    if (!complete) return this.#tell(this.words.incomplete);
    this.element.classList.add("is-stale");
    this.#timer = setTimeout(() => this.#ask(definition), PAUSE);
  }

  // A syllable is being composed: what its end brings is asked about instead.
  hold() {
    clearTimeout(this.#timer);
  }

  async #ask(definition) {
    const turn = this.#asked;
    this.#running = new AbortController();
    this.status.textContent = this.words.counting;
    let answer;
    try {
      const response = await fetch(this.url, {
        method: "POST", body: new URLSearchParams({ definition }), signal: this.#running.signal,
      });
      answer = response.ok || response.status === 422 ? await response.json() : null;
    } catch (error) {
      if (error.name === "AbortError") return;
      answer = null;
    }
    if (turn !== this.#asked) return;
    if (answer === null) this.#failed(definition);
    else if (answer.errors) this.#wrong(answer.errors);
    else this.#show(answer);
  }

  #show(answer) {
    this.element.classList.remove("is-stale");
    this.number.textContent = answer.count;
    const list = (items) => make("ul", {}, ...items.map((each) => make("li", {}, each)));
    const sample = answer.sample.length
      ? [make("details", {}, make("summary", {}, this.words.sample), list(answer.sample))] : [];
    this.rest.replaceChildren(make("p", { class: "gc-count-sentence" }, answer.sentence),
      list(answer.reachable), ...sample, make("small", {}, answer.at));
    this.status.textContent = `${this.words.audience} ${answer.count}`;
  }

  #wrong(errors) {
    this.#tell(this.words.incomplete);
    this.onErrors(errors);
  }

  #failed(definition) {
    this.#tell(this.words.failed);
    this.rest.append(make("button", { type: "button", class: "btn btn-sm", onclick: () => this.#ask(definition) },
      this.words.again));
  }

  #tell(sentence) {
    this.element.classList.remove("is-stale");
    this.number.textContent = "–";
    this.rest.replaceChildren(make("p", {}, sentence));
    this.status.textContent = sentence;
  }
}
