// Makes photos small before they travel: <input type="file" data-photo> → JPEG, at most 1600 px a side.
// Drawing anew also drops the place and device written inside the file. When it fails the original goes, and the
// server does the same work. Texts: data-working, data-ready, data-alt; they show in [data-photo-for=ID].

const SIDE = 1600; // pixels
const QUALITY = 0.82; // of 1

export function shrinkPhotos(page) {
  for (const input of page.querySelectorAll("input[type=file][data-photo]")) {
    input.addEventListener("change", () => replace(input, page.querySelector(`[data-photo-for="${input.id}"]`)));
  }
}

async function replace(input, show) {
  const chosen = [...input.files];
  const say = (text) => (show.querySelector("[data-photo-text]").textContent = chosen.length ? text : "");
  say(input.dataset.working);
  const small = await Promise.all(chosen.map(shrink));
  if (input.files.length !== chosen.length || chosen.some((file, at) => file !== input.files[at])) return; // chosen anew
  const carrier = new DataTransfer();
  for (const file of small) carrier.items.add(file);
  input.files = carrier.files;
  say(input.dataset.ready);
  show.querySelector("[data-photo-previews]").replaceChildren(...small.map((file, at) => {
    const image = new Image();
    image.alt = `${input.dataset.alt} ${at + 1}`;
    image.onload = () => URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    return image;
  }));
}

async function shrink(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // JPEG knows no transparency
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob) return file;
    return new File([blob], file.name.replace(/\.[^.]*$/, ".jpg"), { type: "image/jpeg" });
  } catch {
    return file;
  }
}
