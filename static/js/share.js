// static/js/share.js — a button that hands an address to other programs, or copies it; without script the address stands beside it.
for (const button of document.querySelectorAll("[data-share]")) {
  const { share: url, title, done } = button.dataset;
  if (!navigator.share && !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      if (navigator.share) await navigator.share({ title, url });
      else {
        await navigator.clipboard.writeText(url);
        button.parentElement.querySelector("[role=status]").textContent = done;
      }
    } catch (error) {
      if (error.name !== "AbortError") throw error; // the reader thought better of it
    }
  });
}
