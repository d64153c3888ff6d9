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

function open() {
  button.disabled = true;
  const { key, order, subscription, amount, currency, business, product, name, email, phone } = button.dataset;
  const checkout = new Razorpay({
    key,
    ...(subscription ? { subscription_id: subscription } : { order_id: order, amount, currency }),
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
  button.addEventListener("click", open);
  open();
}
