/** Pictures from outside. */
import { el } from "./dom.js";

/** A picture that does not load leaves its words behind. */
export function picture({ image_url, slack_file, alt_text }, className) {
  const words = alt_text || "Image";
  const fallback = el("span", { class: "picture-missing" }, words);
  const address = image_url ?? slack_file?.url ?? "";
  if (!/^(https?:|\/)/i.test(address)) return fallback;
  const node = el(
    "img",
    { class: className, src: address, alt: words, loading: "lazy", onerror: () => node.replaceWith(fallback) },
  );
  return node;
}
