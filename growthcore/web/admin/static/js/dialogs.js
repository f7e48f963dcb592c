// <button data-dialog="id"> opens that dialog, [data-close] inside closes it. The browser keeps the
// focus in and gives it back.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  const closer = event.target.closest("dialog [data-close]");
  if (closer) closer.closest("dialog").close();
});
