/* Open Razorpay Checkout, and take what it reports back to the server, which asks Razorpay. */
"use strict";

const button = document.getElementById("pay");
const back = document.getElementById("returned");

function report(answer) {
  for (const name of ["razorpay_payment_id", "razorpay_signature"]) {
    back.elements[name].value = answer[name] || "";
  }
  back.submit();
}

/* The page may be old: in another tab it may have been paid by another method. Then the page, loaded
   again, says so; not by itself, for it might never come to rest. */
async function begin(pressed) {
  button.disabled = true;
  const { ask } = button.dataset;
  if (ask) {
    const answer = await fetch(ask, { method: "POST" }).catch(() => null);
    if (!answer || answer.status !== 204) {
      button.disabled = false;
      if (pressed) location.reload();
      return;
    }
  }
  open();
}

function open() {
  const { key, order, subscription, change, customer, amount, currency, business, product, name, email, phone } = button.dataset;
  const checkout = new Razorpay({
    key,
    ...(subscription ? { subscription_id: subscription } : { order_id: order, amount, currency }),
    // With this payment the buyer allows the ones that follow.
    ...(customer ? { customer_id: customer, recurring: "1" } : {}),
    ...(change ? { subscription_card_change: 1 } : {}),
    name: business,
    description: product,
    prefill: { name, email, contact: phone },
    handler: report,
    modal: { ondismiss: () => { button.disabled = false; } },
  });
  checkout.open();
}

if (typeof Razorpay === "undefined") {
  document.getElementById("without-script").hidden = false;
} else {
  button.hidden = false;
  button.addEventListener("click", () => begin(true));
  // What a buyer allows is read before it is allowed.
  if (!("readFirst" in button.dataset)) begin(false);
}
