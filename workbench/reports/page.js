// The contents list says where the reader is; without this script it still leads there.
(() => {
  const links = new Map([...document.querySelectorAll(".contents a")].map((a) => [a.getAttribute("href").slice(1), a]));
  const seen = new Set();
  const mark = () => {
    const ids = [...links.keys()];
    const atEnd = scrollY > 0 && innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    const current = atEnd ? ids.at(-1) : ids.find((id) => seen.has(id));
    if (current === undefined) return;
    for (const [id, a] of links) id === current ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current");
  };
  const watch = new IntersectionObserver((entries) => {
    for (const e of entries) e.isIntersecting ? seen.add(e.target.id) : seen.delete(e.target.id);
    mark();
  }, { rootMargin: "-12% 0px -55% 0px" });
  for (const id of links.keys()) watch.observe(document.getElementById(id));
  addEventListener("scroll", mark, { passive: true });
  const list = document.querySelector(".contents details");
  if (matchMedia("(max-width: 1023px)").matches) list.open = false;
})();
