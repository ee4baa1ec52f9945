// static/js/pictures.js — puts a picture that was left out in its place once it has come. Without it, its file opens by itself.
for (const place of document.querySelectorAll("[data-left-out]")) {
  const link = place.querySelector("a");
  link?.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const picture = new Image(link.dataset.width, link.dataset.height);
    picture.alt = place.querySelector("p").textContent;
    picture.src = link.href;
    if (!(await picture.decode().then(() => true, () => false))) return; // the words stay, and the link may be tried again
    const isDrawing = "drawing" in link.dataset;
    if (isDrawing) picture.className = "figure__drawing";
    place.className = isDrawing ? "figure__scroll" : "";
    place.tabIndex = isDrawing ? 0 : -1;
    if (isDrawing) {
      place.setAttribute("role", "group");
      place.setAttribute("aria-label", place.parentElement.querySelector("figcaption").textContent.trim());
    }
    place.replaceChildren(picture);
    place.focus();
  });
}
