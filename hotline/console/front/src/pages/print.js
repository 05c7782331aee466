// Prints the page, or the paper shown within it (data-print="id of its frame").
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-print]");
  if (!button) return;
  const frame = document.getElementById(button.dataset.print || "");
  (frame?.contentWindow ?? window).print();
});
