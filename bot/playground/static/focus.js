/** Drawing a view again must not take the place one was writing at. */

export function rememberFocus(root) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset.key;
  const caret = hasCaret(active) ? [active.selectionStart, active.selectionEnd] : null;
  const top = root.scrollTop;
  return () => {
    root.scrollTop = top;
    const twin = key && [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
    if (!twin) return;
    twin.focus({ preventScroll: true });
    if (caret && hasCaret(twin)) twin.setSelectionRange(...caret);
  };
}

function hasCaret(node) {
  return node?.tagName === "TEXTAREA" || (node?.tagName === "INPUT" && ["text", "url"].includes(node.type));
}
