// Shows what changed while a run is going on: the page is asked for again and its part is put in place.
"use strict";
const every = { yes: 1000, slowly: 5000 };
let last = "";

async function again() {
  const part = document.getElementById("live");
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      if (fresh && fresh.outerHTML !== last) {
        last = fresh.outerHTML;
        const open = new Map([...part.querySelectorAll("details")].map((one) => [one.id, one.open]));
        const focused = document.activeElement && document.activeElement.getAttribute("href");
        fresh.querySelectorAll("details").forEach((one) => {
          if (open.has(one.id)) one.open = open.get(one.id) || one.open;
        });
        part.replaceWith(document.adoptNode(fresh));
        if (focused) fresh.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
      }
    } catch {
      // the forge is being started again; the next time it answers
    }
  }
  plan();
}

function plan() {
  const wait = every[document.getElementById("live")?.dataset.live];
  if (wait) setTimeout(again, wait);
}

if (location.hash.startsWith("#step-")) {
  const step = document.getElementById(location.hash.slice(1));
  if (step) step.open = true;
}
plan();
