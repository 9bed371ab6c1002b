/* MathJax waits until the slides are measured (deck.js), and its letters do not depend on that. */
window.MathJax = {
  tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]] },
  chtml: { matchFontHeight: false },
  options: { enableMenu: false },
  startup: { typeset: false },
};
