// The behaviours of the pages; every page works without them. Each attaches itself by data- attributes.
import { keepDrafts } from "./draft.js";
import { keepForms } from "./outbox.js";
import { shrinkPhotos } from "./photo.js";
import { selectAll } from "./select-all.js";

// Seldom needed: not on every page's bill.
if (location.hash.startsWith("#handed")) await import("./handover.js").then(({ takeOver }) => takeOver(document));
if (document.querySelector("[data-again]")) import("./again.js").then(({ lookAgain }) => lookAgain(document));
keepForms(document, Date.now);
keepDrafts(document, Date.now);
shrinkPhotos(document);
selectAll(document);
