// "Choose all" for <form data-select-all>: the hidden [data-select-all-part] holds one checkbox for all
// [data-selectable] boxes; [data-selected-count] says how many are chosen.

export function selectAll(page) {
  for (const form of page.querySelectorAll("form[data-select-all]")) {
    const part = form.querySelector("[data-select-all-part]");
    const all = part.querySelector("input");
    const boxes = [...form.querySelectorAll("[data-selectable]")];
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && !all.checked;
      form.querySelector("[data-selected-count]").textContent = chosen;
    };
    form.addEventListener("change", (event) => {
      if (event.target === all) for (const box of boxes) box.checked = all.checked;
      show();
    });
    part.hidden = false;
    show();
  }
}
