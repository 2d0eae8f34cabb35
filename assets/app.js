// The behaviours of the pages; every page works without them. Each attaches itself by data- attributes.
import { keepDrafts } from "./draft.js";
import { takeOver } from "./handover.js";
import { keepForms } from "./outbox.js";
import { shrinkPhotos } from "./photo.js";
import { selectAll } from "./select-all.js";

takeOver(document);
keepForms(document, Date.now);
keepDrafts(document, Date.now);
shrinkPhotos(document);
selectAll(document);
