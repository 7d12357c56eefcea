// Beside NHS.UK's header: where one is shows on the More button, Escape leads back to it, and it holds no single link.
const list = document.querySelector(".nhsuk-header__navigation-list");
const menu = document.querySelector(".nhsuk-header__menu");
const button = document.querySelector(".nhsuk-header__menu-toggle");
const HERE = "peerhub-menu-here";

const CLOSE = "peerhub-close-links";
const room = () => `${window.innerWidth} ${list.offsetWidth}`;
let looked = "";

const fits = () => {
  const links = [...list.querySelectorAll(":scope > li:not([hidden])")];
  const all = links.reduce((sum, link) => sum + link.firstElementChild.offsetWidth, 0);
  return all + 8 * links.length <= list.parentElement.clientWidth;
};

// One link alone needs no menu: it joins the row where the links fit more closely.
const keepInRow = (inside) => {
  list.classList.add(CLOSE);
  list.insertBefore(inside.firstElementChild, menu);
  menu.hidden = true;
  if (!fits()) {
    menu.hidden = false;
    inside.append(menu.previousElementSibling);
    list.classList.remove(CLOSE);
  }
};

const mark = (inside) => {
  const isHere = Boolean(inside.querySelector("[aria-current]"));
  menu.classList.toggle(HERE, isHere);
  button.querySelector(".peerhub-here")?.remove();
  if (isHere) {
    button.insertAdjacentHTML("beforeend", '<span class="peerhub-here nhsuk-u-visually-hidden">, with this page</span>');
  }
};

const look = (inside, watch) => {
  const many = inside.childElementCount;
  watch.disconnect();
  if (many === 1 && button.getAttribute("aria-expanded") !== "true") {
    keepInRow(inside);
  }
  mark(inside);
  watch.observe(inside, { childList: true });
};

if (list && menu && button) {
  const watch = new MutationObserver(() => {
    const inside = menu.querySelector("ul");
    if (inside) {
      look(inside, watch);
    }
  });
  const inside = menu.querySelector("ul");
  if (inside) {
    look(inside, watch);
  } else {
    watch.observe(menu, { childList: true });
  }
  looked = room();
  window.addEventListener("resize", () => {
    if (list.classList.contains(CLOSE) && looked !== room()) {
      looked = room();
      list.classList.remove(CLOSE); // NHS.UK's script measures anew, as if nothing had been done here
      menu.hidden = false;
    }
  }, true);
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && button.getAttribute("aria-expanded") === "true") {
      button.focus();
    }
  }, true);
}
