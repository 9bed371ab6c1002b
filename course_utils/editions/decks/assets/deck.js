/* A deck: formulas are set, each slide is made to fit, then reveal.js shows them.

   <section data-cell><div class="slide kind"><p class="where"><div class="body">…</div></div>
   is a slide of 1280 × 720 pixels. Its texts were divided by an estimate of their height; here they
   are measured, and what is too much goes on to a slide of its own. */
(() => {
  "use strict";

  const LEAST = { text: 31, code: 18, output: 18, alone: 18 }; // pixels
  const root = document.documentElement;
  const pixels = (element) => parseFloat(getComputedStyle(element).fontSize);

  const isHigh = (body) => body.scrollHeight > body.clientHeight + 1;
  const overflows = (body) => isHigh(body) || body.scrollWidth > body.clientWidth + 1;

  /* Smaller letters, step by step, until the test no longer fails or they would be too small. */
  function shrink(element, least, fails) {
    let size = pixels(element);
    while (fails() && size - 1 >= least) {
      size -= 1;
      element.style.fontSize = `${size}px`;
    }
  }

  /* The last blocks of a text, with their notes, go to a new slide until the first one fits. */
  function divide(section) {
    const body = section.querySelector(".body");
    const moved = [];
    const blocks = () => [...body.children].filter((child) => !child.matches("aside"));
    while (isHigh(body) && blocks().length > 1) {
      const last = blocks().at(-1);
      const all = [...body.children];
      const notes = all.slice(all.indexOf(last) + 1);
      [last, ...notes].forEach((child) => child.remove());
      moved.unshift(last, ...notes);
    }
    if (!moved.length) return;
    const next = section.cloneNode(true);
    next.querySelector(".body").replaceChildren(...moved);
    section.after(next);
    divide(next);
  }

  /* Formulas and tables that are wider than the slide; code and output that are too high. */
  function fit(section) {
    const body = section.querySelector(".body");
    const wide = (element) => () => element.scrollWidth > body.clientWidth + 1;
    body.querySelectorAll('mjx-container[display="true"]').forEach((formula) => {
      const room = body.clientWidth, width = formula.firstElementChild.getBoundingClientRect().width;
      if (width > room) formula.style.fontSize = `${(pixels(formula) * room) / width}px`;
    });
    body.querySelectorAll("table").forEach((table) => shrink(table, 16, wide(table)));
    body.querySelectorAll(".output").forEach((output) => {
      shrink(output, LEAST.output, () => overflows(body));
      if (body.scrollWidth > body.clientWidth + 1) output.classList.add("wrapped");
    });
    body.querySelectorAll("pre").forEach((pre) =>
      shrink(pre, LEAST.code, () => overflows(body)));
    if (overflows(body) && !body.querySelector("pre, .stage")) {
      shrink(body, LEAST.text, () => overflows(body));
    }
    if (body.querySelector(".stage")) return;
    if (isHigh(body)) {
      body.style.fontSize = "";
      divide(section);
    }
    shrink(body, LEAST.alone, () => overflows(body)); // one block that is too much for any slide
  }

  /* A presenter's buttons are PageUp and PageDown: they turn the slides, also from a slider. */
  function onKey(event) {
    const control = event.target;
    if (!(control instanceof HTMLInputElement)) return;
    const turn = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev() }[event.key];
    if (turn) {
      event.preventDefault();
      control.blur();
      turn();
    } else if (event.key === "Escape") {
      control.blur();
    }
    event.stopPropagation(); // all other keys belong to the control
  }

  function start() {
    document.querySelectorAll(".slides > section > section").forEach(fit);
    root.classList.remove("preparing");
    document.addEventListener("keydown", onKey, true);
    Reveal.on("slidechanged", () => {
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
    });
    return Reveal.initialize({
      width: 1280, height: 720, margin: 0, minScale: 0.2, maxScale: 4, center: false, hash: true,
      transition: "none", navigationMode: "linear", slideNumber: "c/t", pdfSeparateFragments: false,
      pdfMaxPagesPerSlide: 1, controls: false, viewDistance: 2, scrollActivationWidth: 0,
      plugins: [RevealNotes],
    });
  }

  MathJax.startup.promise
    .then(() => MathJax.typesetPromise())
    .then(() => document.fonts.ready)
    .then(start)
    .then(() => { root.dataset.ready = "yes"; });
})();
