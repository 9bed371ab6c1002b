/* Figures that move without a kernel: one picture for each setting of the controls.

   <figure class="moving" data-figure='{"controls": [{"label", "values", "kind", "start"}],
   "frames": [file names, the last control fastest], "at": folder, "words": sentences,
   "says": for each frame the place of its words among them, "alone": whether there is a picture
   for one control at a time only, one control after the other}'>
   holds the picture of the start; without this script that one stays. */
(() => {
  "use strict";

  const numbers = new Intl.NumberFormat("en", { maximumSignificantDigits: 4, useGrouping: false });
  const shown = (value) =>
    typeof value === "number" ? numbers.format(value).replace("-", "−") : String(value);

  function frameAt(controls, places) {
    return controls.reduce((index, control, i) => index * control.values.length + places[i], 0);
  }

  function element(name, properties = {}, children = []) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /* A range input over the places of the values, with the value beside it. */
  function slider(control, move) {
    const output = element("output", { textContent: shown(control.values[control.start]) });
    const input = element("input", {
      type: "range", min: 0, max: control.values.length - 1, step: 1, value: control.start,
      ariaLabel: control.label,
    });
    const say = () => {
      const value = shown(control.values[input.valueAsNumber]);
      output.textContent = value;
      input.setAttribute("aria-valuetext", value);
    };
    say();
    input.addEventListener("input", () => { say(); move(input.valueAsNumber); });
    const reset = () => { input.value = control.start; say(); };
    return element("label", { className: "knob", reset },
      [element("span", { textContent: control.label }), input, output]);
  }

  let groups = 0;

  /* One radio button for each option. */
  function choice(control, move) {
    const name = `moving-${++groups}`;
    const buttons = control.values.map((value, place) => {
      const input = element("input", { type: "radio", name, checked: place === control.start });
      input.addEventListener("change", () => move(place));
      return element("label", {}, [input, element("span", { textContent: shown(value) })]);
    });
    const reset = () => { buttons[control.start].firstChild.checked = true; };
    return element("fieldset", { className: "knob", reset },
      [element("legend", { textContent: control.label }), element("div", {}, buttons)]);
  }

  function enliven(figure) {
    const { controls, frames, at, words, says, alone } = JSON.parse(figure.dataset.figure);
    const picture = figure.querySelector("img");
    const places = controls.map((control) => control.start);
    const address = (index) => `${at}/${frames[index]}`;
    const before = (i) => controls.slice(0, i).reduce((sum, c) => sum + c.values.length, 0);
    const frameOf = (there, i) => (alone ? before(i) + there[i] : frameAt(controls, there));

    const show = (moved) => {
      const frame = frameOf(places, moved);
      picture.src = address(frame);
      const settings = controls.map((c, i) => `${c.label} = ${shown(c.values[places[i]])}`);
      picture.alt = `${words[says[frame]]} Shown with ${settings.join(", ")}.`;
      fetchNeighbours();
    };

    /* What one more step can show, so that it is there when the step is made. */
    function fetchNeighbours() {
      controls.forEach((control, i) => {
        for (const step of [-1, 1]) {
          const there = [...places];
          there[i] += step;
          if (there[i] >= 0 && there[i] < control.values.length) {
            new Image().src = address(frameOf(there, i));
          }
        }
      });
    }

    const knobs = controls.map((control, i) => {
      const move = (place) => {
        if (alone) knobs.forEach((knob, j) => { places[j] = controls[j].start; if (j !== i) knob.reset(); });
        places[i] = place;
        show(i);
      };
      return control.kind === "choice" ? choice(control, move) : slider(control, move);
    });
    const said = "Here one of these moves at a time; the others go back to their start.";
    const note = alone ? [element("p", { className: "note", textContent: said })] : [];
    figure.prepend(element("div", { className: "knobs" }, [...knobs, ...note]));
    figure.dataset.ready = "yes";
    fetchNeighbours();
  }

  /* Nothing is fetched for a figure that nobody has scrolled to. */
  function start() {
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) { seen.unobserve(target); enliven(target); }
      }
    }, { rootMargin: "300px" });
    document.querySelectorAll("figure.moving").forEach((figure) => seen.observe(figure));
    /* on paper there is nothing to move */
    window.addEventListener("beforeprint", () => seen.disconnect());
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
