/* The sandbox's stand-in for Razorpay Standard Checkout: new Razorpay(options).open().

   Styles are set through the CSSOM and nothing is evaluated, so that a strict policy on the shop's
   page is enough: script-src and frame-src of the sandbox. */
"use strict";

(() => {
  const BASE = new URL(document.currentScript.src).origin;
  const TITLE = "Sandbox checkout - no real money";
  const PHONE = window.matchMedia("(max-width: 520px)");
  const WEB = ["http:", "https:"];

  class Checkout {
    constructor(options) {
      if (!options || !options.key) throw new Error("No key passed");
      if (options.callback_url) onTheWeb(options.callback_url);
      this.options = options;
      this.listeners = {};
      this.dialog = null;
      this.hear = this.hear.bind(this);
      this.fit = this.fit.bind(this);
    }

    on(name, listener) {
      (this.listeners[name] = this.listeners[name] || []).push(listener);
      return this;
    }

    open() {
      if (this.dialog) return;
      this.height = 640;
      this.frame = make("iframe", { title: TITLE, src: this.address() }, FRAME);
      this.dialog = make("dialog", { ariaLabel: TITLE }, DIALOG);
      this.dialog.append(this.frame);
      this.dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        this.escape();
      });
      this.dialog.addEventListener("click", (event) => {
        if (event.target === this.dialog && this.modal("backdropclose", false)) this.dismiss();
      });
      this.scrolling = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
      document.body.append(this.dialog);
      this.dialog.showModal();
      this.fit();
      window.addEventListener("message", this.hear);
      window.addEventListener("resize", this.fit);
    }

    close() {
      if (this.dialog) this.dismiss();
    }

    /* As Razorpay's hosted form names them. */
    address() {
      const { key, retry } = this.options;
      const { prefill, notes, theme } = { ...NOTHING, ...given(this.options) };
      const fields = new URLSearchParams({ key_id: key, parent: location.origin });
      const put = (name, value) => {
        if (value !== undefined && value !== null && value !== "") fields.set(name, String(value));
      };
      for (const name of PASSED) put(name, this.options[name]);
      for (const name of ["name", "email", "contact", "method"]) put(`prefill[${name}]`, prefill[name]);
      for (const [name, value] of Object.entries(notes)) put(`notes[${name}]`, value);
      put("theme[color]", theme.color);
      if (retry === false || (retry && retry.enabled === false)) put("retry", 0);
      return `${BASE}/v1/checkout/frame?${fields}`;
    }

    modal(name, usual) {
      const value = (this.options.modal || {})[name];
      return value === undefined ? usual : value;
    }

    /* Only our own frame, and only from the sandbox. */
    hear(message) {
      if (message.origin !== BASE || message.source !== this.frame.contentWindow) return;
      const { event, payment, error, height } = message.data || {};
      if (event === "size") this.grow(height);
      else if (event === "paid") this.succeed(payment);
      else if (event === "failed") this.fail(error);
      else if (event === "escape") this.escape();
      else if (event === "dismiss") this.dismiss();
    }

    grow(height) {
      this.height = Number(height) || this.height;
      this.fit();
    }

    fit() {
      const most = window.innerHeight - (PHONE.matches ? 0 : 32);
      const height = PHONE.matches ? most : Math.min(this.height, most);
      this.frame.style.height = `${height}px`;
      this.frame.style.borderRadius = PHONE.matches ? "0" : "12px";
    }

    succeed(payment) {
      this.remove();
      const { callback_url: callback, handler } = this.options;
      if (callback) post(callback, payment);
      else if (handler) handler.call(this, payment);
    }

    fail(error) {
      for (const listener of this.listeners["payment.failed"] || []) listener.call(this, { error });
      const { callback_url: callback, redirect } = this.options;
      if (callback && String(redirect) === "true") {
        this.remove();
        post(callback, asFields(error));
      }
    }

    escape() {
      if (this.modal("escape", true)) this.dismiss();
    }

    dismiss() {
      if (this.modal("confirm_close", false) && !window.confirm("Close without paying?")) return;
      this.remove();
      const tell = this.modal("ondismiss");
      if (typeof tell === "function") tell.call(this);
    }

    remove() {
      window.removeEventListener("message", this.hear);
      window.removeEventListener("resize", this.fit);
      document.documentElement.style.overflow = this.scrolling;
      this.dialog.close();
      this.dialog.remove();
      this.dialog = null;
    }
  }

  const PASSED = [
    "order_id", "subscription_id", "subscription_card_change", "customer_id", "recurring",
    "amount", "currency", "name", "description",
  ];
  const NOTHING = { prefill: {}, notes: {}, theme: {} };
  const DIALOG = {
    boxSizing: "border-box", position: "fixed", inset: "0", width: "100vw", height: "100dvh",
    maxWidth: "none", maxHeight: "none", margin: "0", padding: "0", border: "0",
    display: "grid", placeItems: "center", overflow: "hidden",
    background: "rgba(15, 20, 30, 0.6)",
  };
  const FRAME = { display: "block", width: "min(440px, 100%)", border: "0", background: "Canvas" };

  function make(tag, properties, style) {
    const element = Object.assign(document.createElement(tag), properties);
    Object.assign(element.style, style);
    return element;
  }

  /* metadata travels as JSON inside its field, as Razorpay posts it. */
  function asFields(error) {
    const text = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
    return Object.fromEntries(
      Object.entries(error).map(([name, value]) => [`error[${name}]`, text(value)]),
    );
  }

  function onTheWeb(address) {
    const target = new URL(address, location.href);
    if (!WEB.includes(target.protocol)) throw new Error("callback_url must be http or https");
    return target.href;
  }

  /* What is null was not given. */
  function given(options) {
    return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
  }

  function post(address, fields) {
    const form = make("form", { method: "post", action: onTheWeb(address), hidden: true }, {});
    for (const [name, value] of Object.entries(fields)) {
      form.append(make("input", { type: "hidden", name, value }, {}));
    }
    document.body.append(form);
    form.submit();
  }

  /* Razorpay's may be called with and without new. */
  window.Razorpay = function Razorpay(options) {
    return new Checkout(options);
  };
  window.Razorpay.open = (options) => {
    const opened = new Checkout(options);
    opened.open();
    return opened;
  };
})();
