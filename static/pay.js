/* Open Razorpay Checkout. Its success is only a hint, so the page is asked again. */
"use strict";

const button = document.getElementById("pay");
button.addEventListener("click", () => {
  button.disabled = true;
  new Razorpay({
    key: button.dataset.key,
    order_id: button.dataset.order,
    amount: button.dataset.amount,
    currency: button.dataset.currency,
    name: button.dataset.business,
    description: button.dataset.product,
    handler: () => location.reload(),
    modal: { ondismiss: () => { button.disabled = false; } },
  }).open();
});
