// Tells GrowthCore what happens on a page, as any shop's pages would: docs/storefront-api.md.

const page = document.body.dataset;
const items = JSON.parse(page.items);
const SHIPPING = 3000;
const FREE_FROM = 50000;

const worth = (lines) => lines.reduce((sum, line) => sum + line.price * line.quantity, 0);

async function tell(name, lines = [], more = {}) {
  const event = {
    id: crypto.randomUUID(),
    name,
    time: new Date().toISOString(),
    page: { url: location.href, title: document.title, referrer: document.referrer },
    ...(lines.length ? { items: lines, value: worth(lines), currency: "KRW" } : {}),
    ...more,
  };
  const response = await fetch("/v1/collect", {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "text/plain;charset=UTF-8" },
    body: JSON.stringify({
      key: page.key,
      visitor: page.visitor,
      sent_at: new Date().toISOString(),
      ...(page.member ? { user: { id: page.member } } : {}),
      events: [event],
    }),
  });
  const answer = await response.json();
  if (!response.ok || answer.rejected.length) {
    throw new Error(answer.message ?? answer.rejected[0].message);
  }
}

let hiding;
function toast(text) {
  const box = document.querySelector(".toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.hidden = true; }, 4000);
}

async function addToCart() {
  await tell("add_to_cart", items);
  toast("장바구니에 담았습니다.");
}

async function buy() {
  const value = worth(items) + (worth(items) < FREE_FROM ? SHIPPING : 0);
  const day = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Seoul" }).replaceAll("-", "");
  const order = `${day}-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
  await tell("begin_checkout", items);
  await tell("purchase", items, { value, order_id: order });
  location.assign(`${page.ordered}?order=${order}`);
}

const acts = { add_to_cart: addToCart, buy };
for (const button of document.querySelectorAll("[data-act]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await acts[button.dataset.act]();
    } catch (error) {
      toast(`처리하지 못했습니다. ${error.message}`);
    } finally {
      button.disabled = false;
    }
  });
}

// What was recommended is told with its receipts: seen once half of it is in sight, and clicked.
const quietly = (told) => told.catch((error) => console.warn(error.message));
const watch = new IntersectionObserver((entries) => {
  const seen = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
  for (const each of seen) watch.unobserve(each);
  if (seen.length) quietly(tell("view_item_list", seen.map((each) => JSON.parse(each.dataset.item))));
}, { threshold: 0.5 });
for (const each of document.querySelectorAll("[data-item]")) {
  watch.observe(each);
  each.addEventListener("click", () => quietly(tell("select_item", [JSON.parse(each.dataset.item)])));
}
for (const each of document.querySelectorAll("[data-content]")) {
  const properties = JSON.parse(each.dataset.content);
  each.addEventListener("click", () => quietly(tell("select_content", [], { properties })));
}

tell(page.event, items).catch((error) => console.warn(error.message));
