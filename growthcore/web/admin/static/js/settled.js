// Calls back once the text of an input has settled: 400 ms after the last change, and after an input
// method has finished composing (Hangul sends several changes a syllable).
const PAUSE = 400;

export function whenSettled(input, callback, pause = PAUSE) {
  let timer;
  let last = input.value;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (input.value === last) return;
      last = input.value;
      callback(input.value);
    }, pause);
  };
  input.addEventListener("compositionstart", () => clearTimeout(timer));
  input.addEventListener("compositionend", later);
  input.addEventListener("input", (event) => event.isComposing || later());
}
